#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "shoal/plan/document.hpp"
#include "shoal/plan/wires.hpp"
#include "shoal/program/counts.hpp"
#include "shoal/program/lanes.hpp"
#include "shoal/runtime/runner.hpp"

#include "reference/reference.hpp"
#include "support/random_layers.hpp"
#include "support/random_plans.hpp"
#include "support/random_runs.hpp"

namespace shoal {
namespace {

using graph::Graph;
using graph::LayerId;
using testing::Random;

/// Runs frames through a plan on all ranks of the job, some of which could not be read. Compares
/// the answers, on the output rank, with the reference, their order and the errors' with the
/// frames', and on every rank the bytes that were moved with those of the program. Returns what
/// patterns of transfer occurred.
// NOLINTNEXTLINE(readability-function-size): what it compares shares all that it makes
std::set<split::Pattern> run_and_compare(const Graph& graph, const plan::Plan& plan, Random& random,
                                         double allowed = 1e-4) {
  const comm::Communicator world = comm::Communicator::world();
  const std::vector<graph::LayerWeights> weights = testing::random_weights(graph, random);
  const std::vector<program::Program> lanes = program::compile_lanes(plan, graph);
  const program::Program& program = lanes.front();
  runtime::WeightCache cache([&](LayerId layer, Range inputs, Range outputs) {
    return testing::slice(graph, layer, weights[layer.value], inputs, outputs);
  });
  runtime::Runner runner(world, std::make_shared<const std::vector<program::Program>>(lanes), cache,
                         {.credits = plan::credits(plan)});
  runner.connect();
  constexpr std::size_t frames = 7;
  std::vector<Tensor> inputs;
  std::vector<bool> unreadable;
  for (std::size_t i = 0; i < frames; ++i) {
    inputs.push_back(random.tensor(graph.layers().front().output));
    unreadable.push_back(random.between(0, 2) == 0);
  }
  const auto readable =
      static_cast<std::size_t>(std::count(unreadable.begin(), unreadable.end(), false));
  std::size_t given = 0;
  std::size_t answered = 0;
  std::size_t observed = 0;
  runtime::Ends ends;
  ends.source = [&](runtime::Frame& frame) {
    if (given == frames) return runtime::Supply::end;
    if (unreadable[given]) {
      frame = {std::to_string(given), {}, "cannot be read: " + std::to_string(given)};
      ++given;
      return runtime::Supply::frame;
    }
    frame = {std::to_string(given), Tensor(inputs[given].shape())};
    copy(inputs[given++].view(), frame.tensor.view());
    return runtime::Supply::frame;
  };
  ends.failed = [&](const std::string& label, const std::string& error) {
    EXPECT_EQ(label, std::to_string(answered));
    EXPECT_EQ(error, "cannot be read: " + label);
    EXPECT_TRUE(unreadable[answered]);
    ++answered;
  };
  ends.observer = [&](const Tensor& /*frame*/, const Tensor& /*answer*/) { ++observed; };
  ends.sink = [&](const std::string& label, const Tensor& answer, Seconds /*seconds*/) {
    EXPECT_EQ(label, std::to_string(answered));
    EXPECT_LE(
        reference::relative_error(answer, reference::evaluate(graph, weights, inputs[answered])),
        allowed);
    ++answered;
  };
  std::vector<std::size_t> frames_of_lane(lanes.size(), 0);
  ends.monitor = [&](Rank rank, const runtime::FrameReport& report) {
    if (rank == world.rank()) ++frames_of_lane[static_cast<std::size_t>(report.lane)];
  };
  const auto verdict = runner.run(ends);
  EXPECT_TRUE(verdict.error.empty());
  if (world.rank() == program.output_rank) {
    EXPECT_EQ(answered, frames);
  }
  if (world.rank() == program.input_rank) {
    EXPECT_EQ(observed, readable);
  }
  // Which lane a frame took only the input rank knows.
  if (lanes.size() == 1) frames_of_lane.front() = readable;
  if (lanes.size() == 1 || world.rank() == program.input_rank) {
    Bytes sent = 0;
    Bytes received = 0;
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
      const program::Counts counts = program::count(lanes[lane], world.rank());
      sent += frames_of_lane[lane] * counts.sent;
      received += frames_of_lane[lane] * counts.received;
    }
    EXPECT_EQ(runner.traffic().sent, sent);
    EXPECT_EQ(runner.traffic().received, received);
  }
  std::set<split::Pattern> patterns;
  for (const program::Program& lane : lanes) {
    for (const auto& transfer : lane.transfers) patterns.insert(transfer.redistribution.pattern);
  }
  return patterns;
}

/// Whether a test failed on any rank so far: all of them then end it, and none waits for another.
bool has_failed() {
  const std::string failure = ::testing::Test::HasFailure() ? "failed" : "";
  return !comm::agree(comm::Communicator::world(), failure).error.empty();
}

int ranks() {
  return comm::Communicator::world().size();
}

TEST(RandomPrograms, EverySchemeOnEveryLayerKind) {
  Random random(11);
  for (int i = 0; i < 60; ++i) {
    const testing::RandomLayer layer = testing::random_layer(random);
    Graph graph("one");
    const LayerId input = graph.add("input", graph::Input(layer.input), {});
    const LayerId id = graph.add("layer", layer.op, {input}, graph::Activation::relu);
    for (const split::Scheme& scheme : split::schemes()) {
      if (!scheme.applies(graph, id)) continue;
      plan::Plan plan = testing::plan_for(graph, ranks());
      plan.input_rank = {static_cast<int>(random.between(0, ranks() - 1))};
      plan.output_rank = {static_cast<int>(random.between(0, ranks() - 1))};
      plan.stages.front().replicas.front().layers.emplace(
          "layer", testing::random_placement(random, scheme, ranks()));
      run_and_compare(graph, plan, random);
      ASSERT_FALSE(has_failed()) << "case " << i << ": " << plan::to_json(plan);
    }
  }
}

TEST(RandomPrograms, ChainsWithEveryTransitionOfLayouts) {
  Random random(12);
  std::set<split::Pattern> patterns;
  for (int i = 0; i < 300; ++i) {
    const Graph graph = testing::random_chain(random);
    plan::Plan plan = testing::random_plan(random, graph, ranks());
    testing::choose_at_random(random, graph, plan);
    patterns.merge(run_and_compare(graph, plan, random));
    ASSERT_FALSE(has_failed()) << "case " << i << ": " << plan::to_json(plan);
  }
  if (ranks() >= 4) {
    EXPECT_EQ(patterns.size(), 9U) << "some pattern of transfer never occurred";
  }
}

/// What is moved is counted as it travels. Of how far answers are off
/// runtime/split_property_test.cpp says more: by no more than a hundred of the coarsest roundings.
TEST(RandomPrograms, ChainsOfWhichSomeOutputsTravelRounded) {
  Random random(15);
  for (int i = 0; i < 150; ++i) {
    const Graph graph = testing::random_chain(random);
    plan::Plan plan = testing::random_plan(random, graph, ranks());
    testing::round_at_random(random, graph, plan);
    run_and_compare(graph, plan, random, 100 * split::rounding_error(split::WireType::int8));
    ASSERT_FALSE(has_failed()) << "case " << i << ": " << plan::to_json(plan);
  }
}

TEST(RandomPrograms, ChainsThatTravelAsFloat16) {
  Random random(16);
  for (int i = 0; i < 100; ++i) {
    const Graph graph = testing::random_chain(random);
    plan::Plan plan = testing::random_plan(random, graph, ranks());
    plan::set_wires(plan, graph, split::WireType::float16);
    run_and_compare(graph, plan, random, 100 * split::rounding_error(split::WireType::float16));
    ASSERT_FALSE(has_failed()) << "case " << i << ": " << plan::to_json(plan);
  }
}

TEST(RandomPrograms, FusedRuns) {
  Random random(14);
  for (int i = 0; i < 100; ++i) {
    const Graph graph = testing::random_run(random);
    const plan::Plan plan = testing::random_fused_plan(random, graph, ranks());
    run_and_compare(graph, plan, random);
    ASSERT_FALSE(has_failed()) << "case " << i << ": " << plan::to_json(plan);
  }
}

Graph residual_block() {
  Graph graph("residual");
  graph::Conv conv;
  conv.filters = 8;
  conv.sliding.kernel = {1, 3, 3};
  conv.sliding.padding = graph::Padding::same;
  const LayerId input = graph.add("input", graph::Input(Shape::image(12, 10, 8)), {});
  const LayerId first = graph.add("conv1", conv, {input}, graph::Activation::relu);
  const LayerId second = graph.add("conv2", conv, {first}, graph::Activation::relu);
  const LayerId third = graph.add("conv3", conv, {second});
  const LayerId sum = graph.add("add", graph::Add{}, {first, third}, graph::Activation::relu);
  graph.add("pool", graph::GlobalPool{}, {sum});
  return graph;
}

TEST(RandomPrograms, ResidualBlockInEveryMixOfSchemes) {
  Random random(13);
  const Graph graph = residual_block();
  for (const char* a : {"channel", "filter", "spatial", "replicated"}) {
    for (const char* b : {"channel", "filter", "spatial", "replicated"}) {
      for (const char* c : {"channel", "filter", "spatial", "replicated"}) {
        plan::Plan plan = testing::plan_for(graph, ranks());
        auto& layers = plan.stages.front().replicas.front().layers;
        layers.emplace("conv1", testing::random_placement(random, *split::find_scheme(a), ranks()));
        layers.emplace("conv2", testing::random_placement(random, *split::find_scheme(b), ranks()));
        layers.emplace("conv3", testing::random_placement(random, *split::find_scheme(c), ranks()));
        run_and_compare(graph, plan, random);
        ASSERT_FALSE(has_failed()) << a << " " << b << " " << c;
      }
    }
  }
}

}  // namespace
}  // namespace shoal
