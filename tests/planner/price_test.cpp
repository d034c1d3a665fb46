#include "shoal/planner/price.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "shoal/plan/split_text.hpp"

#include "support/profiles.hpp"

namespace shoal::planner {
namespace {

constexpr double line = 1e6;  // bytes per second
constexpr Seconds latency = 1e-3;

/// 1000 features to 500 and to 100.
graph::Graph two_dense_layers() {
  graph::Graph graph("dense");
  graph::Dense first;
  first.units = 500;
  graph::Dense second;
  second.units = 100;
  const graph::LayerId input = graph.add("input", graph::Input(Shape::features(1000)), {});
  const graph::LayerId fc1 = graph.add("fc1", first, {input}, graph::Activation::relu);
  graph.add("fc2", second, {fc1});
  return graph;
}

profile::Device device(double flops_per_second) {
  profile::Device device;
  device.name = "test";
  device.memory = 1 << 30;
  device.laws[profile::Kind::dense] = {0, 1 / flops_per_second, 0, 0};
  device.laws[profile::Kind::elementwise] = {};
  return device;
}

profile::Profile two_devices() {
  profile::Profile profile = testing::cluster({device(1e6), device(1e6)}, line);
  profile.network.link.latency = latency;
  return profile;
}

double flops(const graph::Graph& graph, std::size_t layer) {
  return graph.flops({layer});
}

TEST(Price, OfOneRankIsItsComputing) {
  const graph::Graph graph = two_dense_layers();
  const Price priced = price(plan::parse_split("", 1, graph), graph, two_devices());
  const Seconds all = (flops(graph, 1) + flops(graph, 2)) / 1e6;
  EXPECT_NEAR(priced.interval, all, 1e-9);
  EXPECT_NEAR(priced.latency, all, 1e-9);
  EXPECT_EQ(priced.ranks[0].weights, (1001U * 500U + 501U * 100U) * 4U);
}

TEST(Price, OfAGroupIsThatOfTheSlowerMemberAndTheTransfers) {
  const graph::Graph graph = two_dense_layers();
  const plan::Plan plan = plan::parse_split("fc1=output:3/1,fc2=rank:0", 2, graph);
  const Price priced = price(plan, graph, two_devices());
  const ReplicaPrice& replica = priced.stages.front().replicas.front();
  // Three quarters of fc1, then a gather of the other quarter (125 floats) to rank 0.
  EXPECT_NEAR(replica.computing, (0.75 * flops(graph, 1) + flops(graph, 2)) / 1e6, 1e-9);
  EXPECT_NEAR(replica.transferring, latency + 500 / line, 1e-9);
  // The frame comes in at rank 0 and goes to rank 1 too.
  EXPECT_NEAR(replica.arriving, latency + 4000 / line, 1e-9);
  EXPECT_NEAR(priced.latency, replica.computing + replica.transferring + replica.arriving, 1e-9);
}

TEST(Price, OfATransferIsThatOfItsBytesAsTheyTravel) {
  const graph::Graph graph = two_dense_layers();
  plan::Plan plan = plan::parse_split("fc1=output:3/1,fc2=rank:0", 2, graph);
  plan.stages.front().replicas.front().wires = {{"input", split::WireType::int8},
                                                {"fc1", split::WireType::float16}};
  const Price priced = price(plan, graph, two_devices());
  const ReplicaPrice& replica = priced.stages.front().replicas.front();
  EXPECT_NEAR(replica.transferring, latency + 252 / line, 1e-9) << "125 floats in whole words";
  EXPECT_NEAR(replica.arriving, latency + 1064 / line, 1e-9);
  EXPECT_EQ(replica.arriving_bytes, 1064U);
  EXPECT_EQ(replica.arriving_as, std::set{split::WireType::int8});
  EXPECT_EQ(replica.layers[1].moved_as, std::set{split::WireType::float16});
  EXPECT_EQ(replica.layers[1].moved, 252U);
}

TEST(Price, OfStagesIsTheBusiestAndTransfersHideBehindIt) {
  const graph::Graph graph = two_dense_layers();
  plan::Plan plan = plan::parse_split("", 2, graph);
  plan.stages = {{"", "", {{{{0}}, {}}}}, {"", "fc2", {{{{1}}, {}}}}};
  plan.output_rank = {1};
  const Price priced = price(plan, graph, two_devices());
  EXPECT_NEAR(priced.interval, flops(graph, 1) / 1e6, 1e-9);
  EXPECT_NEAR(priced.latency, (flops(graph, 1) + flops(graph, 2)) / 1e6 + latency + 2000 / line,
              1e-9);
}

TEST(Price, OfReplicasAddsTheirRatesUp) {
  const graph::Graph graph = two_dense_layers();
  plan::Plan plan = plan::parse_split("", 2, graph);
  plan.stages = {{"", "", {{{{0}}, {}}, {{{1}}, {}}}}};
  profile::Profile profile = two_devices();
  profile.devices[1] = device(3e6);
  const Price priced = price(plan, graph, profile);
  const double work = flops(graph, 1) + flops(graph, 2);
  EXPECT_NEAR(priced.interval, work / 4e6, 1e-9);
}

TEST(Price, IsThatOfALineThatIsBusierThanAnyGroup) {
  const graph::Graph graph = two_dense_layers();
  plan::Plan plan = plan::parse_split("", 2, graph);
  plan.stages = {{"", "", {{{{1}}, {}}}}};
  profile::Profile profile = two_devices();
  profile.devices[1] = device(1e12);
  const Price priced = price(plan, graph, profile);
  EXPECT_NEAR(priced.interval, 4000 / line, 1e-9);
  EXPECT_NEAR(priced.ranks[0].line, 4000 / line, 1e-9);
}

TEST(Price, CountsWhatComesFromStorage) {
  const graph::Graph graph = two_dense_layers();
  profile::Profile profile = two_devices();
  profile.devices[0].memory = 1'000'000;
  profile.devices[0].paging_rate = 1e5;
  const plan::Plan plan = plan::parse_split("", 1, graph);
  const Price priced = price(plan, graph, profile);
  const auto missing = static_cast<double>(priced.ranks[0].held() - 1'000'000);
  EXPECT_NEAR(priced.stages[0].replicas[0].paging, missing / 1e5, 1e-9);
  profile.devices[0].paging_rate = 0;
  EXPECT_TRUE(std::isinf(price(plan, graph, profile).interval)) << "no swap, and it does not fit";
}

TEST(Price, IsInfiniteWhereOneOfTwoReplicasDoesNotFit) {
  const graph::Graph graph = two_dense_layers();
  profile::Profile profile = two_devices();
  profile.devices.push_back(device(1e6));
  profile.devices[2].memory = 1'000'000;
  plan::Plan plan = plan::parse_split("fc1=output:2@2", 3, graph);
  plan.stages.front().replicas.front().ranks = {{0}, {1}};
  plan.stages.front().replicas.push_back({{{2}}, {}});
  const Price priced = price(plan, graph, profile);
  EXPECT_TRUE(std::isinf(priced.interval)) << "every second frame is never answered";
  EXPECT_TRUE(std::isinf(priced.latency));
}

}  // namespace
}  // namespace shoal::planner
