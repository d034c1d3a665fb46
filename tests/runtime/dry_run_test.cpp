#include "runtime/dry_run.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "shoal/graph/blank_weights.hpp"
#include "shoal/plan/split_text.hpp"

#include "support/small_network.hpp"

namespace shoal::runtime {
namespace {

bool computes(const program::Step& step) {
  return std::holds_alternative<program::Compute>(step) ||
         std::holds_alternative<program::Finish>(step);
}

program::Program three_ranks() {
  const graph::Graph graph = testing::small_network();
  return program::compile(
      plan::parse_split("a=spatial:3,b=channel:3,x=output:3,y=input:3", 3, graph), graph);
}

/// Three ranks, of whom each waits for others again and again.
struct Job {
  program::Program program = three_ranks();
  WeightCache weights{[this](graph::LayerId layer, Range inputs, Range outputs) {
    return graph::blank_weights(program.graph, layer, inputs, outputs);
  }};
  Memory memory;
};

TEST(DryRun, ComesToEveryStepThatComputesInOrder) {
  Job job{};
  for (const Rank rank : {Rank{0}, Rank{1}, Rank{2}}) {
    const Executor executor(job.program, rank, job.weights, job.memory);
    std::vector<std::size_t> wanted;
    const std::vector<program::Step>& steps = job.program.of(rank);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (computes(steps[i])) wanted.push_back(i);
    }
    ASSERT_GT(std::count_if(steps.begin(), steps.end(), is_exchange), 1);
    std::vector<std::size_t> executed;
    DryRun(executor).run([&](FrameExecution& execution) {
      executed.push_back(execution.next());
      execution.step();
    });
    EXPECT_EQ(executed, wanted) << "rank " << rank.value;
  }
}

/// What is known beforehand is no more than what a step takes by itself.
TEST(DryRun, TeachesWhatEachStepTakes) {
  Job job{};
  const Executor executor(job.program, {1}, job.weights, job.memory);
  Throttle steps;
  learn(steps, executor);
  const std::vector<program::Step>& own = job.program.of({1});
  constexpr Seconds hour = 3600;
  for (std::size_t i = 0; i < own.size(); ++i) {
    EXPECT_EQ(steps.duration(i, hour, 1) < hour, computes(own[i])) << "step " << i;
  }
}

}  // namespace
}  // namespace shoal::runtime
