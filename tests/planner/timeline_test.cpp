#include "planner/timeline.hpp"

#include <gtest/gtest.h>

#include "shoal/plan/split_text.hpp"
#include "shoal/plan/wires.hpp"
#include "shoal/planner/price.hpp"
#include "shoal/program/lanes.hpp"

#include "planner/small_cases.hpp"
#include "support/random_plans.hpp"

namespace shoal::planner {
namespace {

using testing::Random;

constexpr double line = 1e6;   // bytes per second
constexpr double speed = 1e6;  // floating-point operations per second
constexpr Seconds latency = 1e-3;

/// 1000 features to 500.
graph::Graph dense_layer() {
  graph::Graph graph("dense");
  graph::Dense op;
  op.units = 500;
  const graph::LayerId input = graph.add("input", graph::Input(Shape::features(1000)), {});
  graph.add("fc", op, {input}, graph::Activation::relu);
  return graph;
}

profile::Profile devices(std::size_t count) {
  profile::Device device;
  device.name = "test";
  device.memory = 1 << 30;
  device.laws[profile::Kind::dense] = {0, 1 / speed, 0, 0};
  device.laws[profile::Kind::elementwise] = {};
  profile::Profile profile = testing::cluster(std::vector<profile::Device>(count, device), line);
  profile.network.link.latency = latency;
  return profile;
}

FrameTimes played(const std::string& split, int ranks, std::size_t frames,
                  split::WireType wire = split::WireType::float32) {
  const graph::Graph graph = dense_layer();
  plan::Plan plan = plan::parse_split(split, ranks, graph);
  plan::set_wires(plan, graph, wire);
  const profile::Profile profile = devices(static_cast<std::size_t>(ranks));
  Estimator estimator(profile);
  return play(plan, program::compile_lanes(plan, graph), estimator,
              std::vector<Seconds>(static_cast<std::size_t>(ranks), 0), frames);
}

/// Of a layer in chunks only the last one's way is waited for.
TEST(Timeline, HidesWhatIsSentBehindComputing) {
  const Seconds half = dense_layer().flops({1}) / 2 / speed;
  const Seconds there = latency + 4000 / line;
  EXPECT_NEAR(played("fc=output:2", 2, 1).answered[0], there + half + latency + 1000 / line, 1e-9);
  EXPECT_NEAR(played("fc=output:2@2", 2, 1).answered[0], there + half + latency + 500 / line, 1e-9);
  EXPECT_NEAR(played("fc=output:2@250", 2, 1).answered[0], there + half + latency + 4 / line, 1e-9);
}

/// The frame goes to one after the other: the line of the input rank carries it twice.
TEST(Timeline, OfALineCarriesOneMessageAfterTheOther) {
  const Seconds third = dense_layer().flops({1}) * 166 / 500 / speed;
  const Seconds there = latency + 2 * 4000 / line;
  EXPECT_NEAR(played("fc=output:3@167", 3, 1).answered[0], there + third + latency + 4 / line,
              1e-9);
}

TEST(Timeline, OfALineCarriesBytesAsTheyTravel) {
  const Seconds half = dense_layer().flops({1}) / 2 / speed;
  EXPECT_NEAR(played("fc=output:2@2", 2, 1, split::WireType::float16).answered[0],
              2 * latency + 2000 / line + half + 252 / line, 1e-9);
}

TEST(Timeline, LetsOneFrameTravelWhileAnotherIsComputed) {
  const Seconds half = dense_layer().flops({1}) / 2 / speed;
  const FrameTimes times = played("fc=output:2@50", 2, 12);
  for (std::size_t frame = 1; frame < 12; ++frame) {
    EXPECT_LE(times.admitted[frame], times.answered[frame]);
    EXPECT_GT(times.answered[frame], times.answered[frame - 1]);
  }
  EXPECT_NEAR((times.answered[11] - times.answered[5]) / 6, half, 0.02 * half);
}

TEST(Timeline, AdmitsNoMoreFramesThanThereAreCredits) {
  const FrameTimes times = played("fc=output:2", 2, 10);
  for (std::size_t frame = 2; frame < 10; ++frame) {
    EXPECT_GE(times.admitted[frame], times.answered[frame - 2]) << "two at once";
  }
}

/// Where the answer is computed elsewhere, and only one frame at once is in flight.
TEST(Timeline, AnswersOnARankThatComputesNothing) {
  const graph::Graph graph = dense_layer();
  plan::Plan plan = plan::parse_split("fc=output:2@10", 3, graph);
  plan.output_rank = {2};
  plan.in_flight = 1;
  const profile::Profile profile = devices(3);
  Estimator estimator(profile);
  const FrameTimes times = play(plan, program::compile_lanes(plan, graph), estimator, {0, 0, 0}, 5);
  for (std::size_t frame = 1; frame < 5; ++frame) {
    EXPECT_EQ(times.admitted[frame], times.answered[frame - 1]);
  }
}

TEST(Timeline, NeverTakesLongerThanLayerAfterLayer) {
  Random random(77);
  int compared = 0;
  for (int i = 0; i < 200; ++i) {
    const graph::Graph graph = testing::small_network(random, 5);
    const profile::Profile profile = testing::small_cluster(random, graph, 4);
    plan::Plan plan = testing::random_plan(random, graph, static_cast<int>(profile.devices.size()));
    for (plan::Stage& stage : plan.stages) {
      for (plan::Replica& replica : stage.replicas) {
        for (auto& [name, placement] : replica.layers) {
          placement.chunks = 1;
          placement.order = plan::Order::ascending;
        }
      }
    }
    const std::vector<program::Program> lanes = program::compile_lanes(plan, graph);
    if (lanes.size() != 1) continue;
    Estimator estimator(profile);
    const std::vector<Seconds> paging(profile.devices.size(), 0);
    const FrameTimes times = play(plan, lanes, estimator, paging, 1);
    const Price whole = price(plan, lanes, profile);
    Seconds sum = whole.leaving;
    for (const StagePrice& stage : whole.stages) {
      const ReplicaPrice& replica = stage.replicas.front();
      sum += replica.arriving + replica.computing + replica.transferring;
    }
    const Seconds own = whole.ranks[static_cast<std::size_t>(plan.output_rank.value)].computing;
    EXPECT_GE(times.answered[0], own * (1 - 1e-9)) << "case " << i;
    EXPECT_LE(times.answered[0], sum * 1.25 + 1e-9) << "case " << i;
    ++compared;
  }
  EXPECT_GE(compared, 50);
}

}  // namespace
}  // namespace shoal::planner
