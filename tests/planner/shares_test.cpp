#include "planner/shares.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "support/profiles.hpp"

namespace shoal::planner {
namespace {

/// 1000 features to 1600.
graph::Graph one_dense_layer() {
  graph::Graph graph("dense");
  graph::Dense dense;
  dense.units = 1600;
  const graph::LayerId input = graph.add("input", graph::Input(Shape::features(1000)), {});
  graph.add("fc", dense, {input});
  return graph;
}

/// Takes `fixed` seconds and, for all of the layer, so many more.
profile::Device device(const graph::Graph& graph, Seconds fixed, Seconds whole) {
  profile::Device device;
  device.name = "test";
  device.memory = 1 << 30;
  device.laws[profile::Kind::dense] = {fixed, whole / graph.flops({1}), 0, 0};
  return device;
}

std::vector<double> shares_of(const graph::Graph& graph, std::vector<profile::Device> devices) {
  std::vector<Rank> ranks;
  for (std::size_t i = 0; i < devices.size(); ++i) ranks.push_back({static_cast<int>(i)});
  const profile::Profile profile = testing::cluster(std::move(devices));
  Estimator estimator(profile);
  return balanced_shares(graph, units_of(graph).front(), Divided::outputs, Axis::height, ranks,
                         estimator);
}

TEST(BalancedShares, CountWhatEveryPartTakesHoweverSmall) {
  const graph::Graph graph = one_dense_layer();
  const auto shares = shares_of(graph, {device(graph, 1, 9), device(graph, 1, 3)});
  EXPECT_EQ(shares, (std::vector<double>{0.33, 1})) << "a quarter and three quarters: 3.25 s both";
}

TEST(BalancedShares, AreEqualForAlikeDevices) {
  const graph::Graph graph = one_dense_layer();
  const profile::Device one = device(graph, 0.1, 1);
  EXPECT_EQ(shares_of(graph, {one, one, one}), (std::vector<double>{1, 1, 1}));
}

TEST(BalancedShares, GiveNothingToADeviceThatTakesLongerForNextToNothing) {
  const graph::Graph graph = one_dense_layer();
  const auto shares = shares_of(graph, {device(graph, 0, 1), device(graph, 2, 1)});
  EXPECT_EQ(shares, (std::vector<double>{1, 0}));
}

TEST(BalancedShares, AreOnesWhereThereIsNothingToDivide) {
  graph::Graph graph("pool");
  const graph::LayerId input = graph.add("input", graph::Input(Shape::image(8, 8, 3)), {});
  graph::Pool pool;
  pool.sliding = {{1, 2, 2}, {1, 2, 2}, graph::Padding::same, {}};
  graph.add("pool", pool, {input});
  const graph::Graph dense = one_dense_layer();
  const auto shares = shares_of(graph, {device(dense, 0, 1), device(dense, 2, 1)});
  EXPECT_EQ(shares, (std::vector<double>{1, 1}));
}

}  // namespace
}  // namespace shoal::planner
