#include "shoal/twin/device.hpp"

#include <gtest/gtest.h>

#include "shoal/plan/split_text.hpp"

#include "support/small_network.hpp"

namespace shoal::twin {
namespace {

using program::Compute;
using program::Finish;

/// A second for 1e6 operations of a convolution, for 1e6 bytes of anything else.
profile::Device device_of(Bytes memory) {
  profile::Device device;
  device.memory = memory;
  device.paging_rate = 1000;
  device.laws[profile::Kind::convolution] = {0, 1e-6, 0, 0};
  device.laws[profile::Kind::dense] = {0, 0, 1e-6, 0};
  device.laws[profile::Kind::elementwise] = {0, 0, 1e-6, 0};
  return device;
}

program::Program compiled(const std::string& split, int ranks) {
  const graph::Graph graph = testing::small_network();
  return program::compile(plan::parse_split(split, ranks, graph), graph);
}

template <typename Step>
std::vector<Step> steps_of(const program::Program& program, Rank rank) {
  std::vector<Step> steps;
  for (const program::Step& step : program.of(rank)) {
    if (const auto* one = std::get_if<Step>(&step)) steps.push_back(*one);
  }
  return steps;
}

Seconds computing(const Device& device, const program::Program& program, Rank rank) {
  Seconds sum = 0;
  for (const Compute& step : steps_of<Compute>(program, rank)) sum += device.time(program, step);
  return sum;
}

TEST(Device, TakesWhatItsProfileSaysOfEachPart) {
  const program::Program program = compiled("a=channel:2", 2);
  const profile::Device profile = device_of(1 << 30);
  const Device device(profile, {1}, 0);
  const std::vector<Compute> steps = steps_of<Compute>(program, {1});
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_NEAR(device.time(program, steps.front()), program.graph.flops({1}) / 2 * 1e-6, 1e-9);
}

/// Sums are finished on the elements that this rank ends up with: each read and written.
TEST(Device, TakesTimeForBiasAndActivationOfSums) {
  const program::Program program = compiled("x=input:2", 2);
  const profile::Device profile = device_of(1 << 30);
  Seconds all = 0;
  for (const Rank rank : {Rank{0}, Rank{1}}) {
    const Device device(profile, rank, 0);
    for (const Finish& step : steps_of<Finish>(program, rank)) all += device.time(program, step);
  }
  EXPECT_NEAR(all, 12 * 2 * 4 * 1e-6, 1e-12);
}

TEST(Device, PagesWhatDoesNotFitOnceAFrame) {
  const program::Program program = compiled("", 1);
  const profile::Device profile = device_of(10'000);
  const Device fits(profile, {0}, 10'000);
  const Device pages(profile, {0}, 15'000);
  EXPECT_NEAR(computing(pages, program, {0}) - computing(fits, program, {0}), 5, 1e-9);
  EXPECT_EQ(pages.peak_memory(), 15'000U);
}

}  // namespace
}  // namespace shoal::twin
