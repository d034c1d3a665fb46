#include "shoal/runtime/throttle.hpp"

#include <chrono>
#include <ctime>
#include <vector>

#include <gtest/gtest.h>

namespace shoal::runtime {
namespace {

TEST(ThrottleSpec, HoldsForItsRankFromItsFrameOn) {
  const std::vector<ThrottleSpec> slowdowns = {{Rank{1}, 3, 50}};
  EXPECT_EQ(slowness(slowdowns, {1}, 49), 1);
  EXPECT_EQ(slowness(slowdowns, {1}, 50), 3);
  EXPECT_EQ(slowness(slowdowns, {0}, 50), 1);
  EXPECT_EQ(slowness({}, {0}, 0), 1);
}

TEST(ThrottleSpec, OfEveryRankComesBesideThoseOfSome) {
  const std::vector<ThrottleSpec> slowdowns = {{{}, 8}, {Rank{2}, 1.5, 10}};
  EXPECT_EQ(slowness(slowdowns, {0}, 20), 8);
  EXPECT_EQ(slowness(slowdowns, {2}, 0), 8);
  EXPECT_EQ(slowness(slowdowns, {2}, 20), 12);
}

double processor_time() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

TEST(Throttle, LetsStepsLastAMultipleOfTheLeastThatTheyEverTook) {
  Throttle steps;
  EXPECT_DOUBLE_EQ(steps.duration(7, 0.03, 2), 0.06);
  EXPECT_DOUBLE_EQ(steps.duration(7, 0.02, 2), 0.04);
  EXPECT_DOUBLE_EQ(steps.duration(7, 0.05, 3), 0.06);
  EXPECT_DOUBLE_EQ(steps.duration(8, 0.05, 3), 0.15) << "another step has a least of its own";
}

/// However busy the machine is, a sleep is never shorter than asked for.
TEST(Throttle, SleepsForWhatIsMissing) {
  Throttle steps;
  const auto begin = std::chrono::steady_clock::now();
  steps.begin();
  const double processor_begin = processor_time();
  while (processor_time() - processor_begin < 0.01) {
  }
  int attended = 0;
  steps.end(0, 5, [&] { ++attended; });
  const std::chrono::duration<double> lasted = std::chrono::steady_clock::now() - begin;
  EXPECT_GE(lasted.count(), 5 * 0.01);
  EXPECT_LT(processor_time() - processor_begin, 5 * 0.01) << "it sleeps, it does not compute";
  EXPECT_GE(attended, 1);
}

}  // namespace
}  // namespace shoal::runtime
