#include "runtime/trials.hpp"

#include <gtest/gtest.h>

#include "shoal/graph/lower.hpp"
#include "shoal/graph/zoo.hpp"
#include "shoal/plan/split_text.hpp"

namespace shoal::runtime {
namespace {

using graph::ConvolutionAlgorithm;
using program::Compute;

program::Program compiled(const char* model, const char* split, int ranks) {
  const graph::Graph graph = graph::lower(graph::make_model(model).graph);
  return program::compile(plan::parse_split(split, ranks, graph), graph);
}

/// The steps of a layer on a rank.
std::vector<std::size_t> steps_of(const program::Program& program, Rank rank, const char* layer) {
  std::vector<std::size_t> result;
  const auto& steps = program.of(rank);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto* compute = std::get_if<Compute>(&steps[i]);
    if (compute != nullptr && program.graph[compute->layer].name == layer) result.push_back(i);
  }
  return result;
}

const Compute& step(const program::Program& program, Rank rank, const char* layer) {
  return std::get<Compute>(program.of(rank)[steps_of(program, rank, layer).front()]);
}

TEST(Trials, AreWhatIsNotEstimatedToBeFarSlower) {
  const program::Program program = compiled("vgg16", "", 1);
  const Trials all = trials(program, {0});
  ASSERT_EQ(all.size(), program.of({0}).size());
  const auto of = [&](const char* layer) { return all[steps_of(program, {0}, layer).front()]; };
  EXPECT_EQ(of("block5_conv1").size(), 4U) << "direct takes less than twice as long";
  const auto large = of("block3_conv2");
  EXPECT_EQ(std::count(large.begin(), large.end(), ConvolutionAlgorithm::direct), 0)
      << "more than three times";
  EXPECT_GE(large.size(), 2U);
  EXPECT_TRUE(of("fc1").empty());
  EXPECT_TRUE(of("block1_pool").empty());
  EXPECT_EQ(rounds(all), 4U);
}

TEST(Trials, AreNoneWhereThereIsNoChoice) {
  const program::Program program = compiled("xception", "", 1);
  const Trials all = trials(program, {0});
  const std::size_t strided = steps_of(program, {0}, "block1_conv1").front();
  const std::size_t pointwise = steps_of(program, {0}, "block2_sepconv1").front();
  EXPECT_TRUE(all[strided].empty());
  EXPECT_TRUE(all[pointwise].empty());
}

TEST(Trials, AreTriedOneInEachProgram) {
  const program::Program program = compiled("vgg16", "conv=spatial:2", 2);
  const Trials all = trials(program, {1});
  std::map<std::string, std::set<ConvolutionAlgorithm>> tried;
  for (std::size_t round = 0; round < rounds(all); ++round) {
    const program::Program one = with_trials(program, {1}, all, round);
    EXPECT_FALSE(step(one, {0}, "block1_conv2").algorithm) << "another rank's";
    for (const char* layer : {"block1_conv2", "block3_conv2", "block5_conv1"}) {
      const auto& wanted = all[steps_of(program, {1}, layer).front()];
      const auto algorithm = step(one, {1}, layer).algorithm.value();
      EXPECT_EQ(algorithm, wanted[round < wanted.size() ? round : 0]);
      tried[layer].insert(algorithm);
    }
  }
  for (const auto& [layer, algorithms] : tried) {
    EXPECT_EQ(algorithms.size(), all[steps_of(program, {1}, layer.c_str()).front()].size());
  }
}

}  // namespace
}  // namespace shoal::runtime
