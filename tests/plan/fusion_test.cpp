#include "shoal/plan/fusion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/error_text.hpp"
#include "support/small_network.hpp"

namespace shoal::plan {
namespace {

using graph::Graph;
using graph::LayerId;
using ::testing::StartsWith;

std::vector<Rank> first(int count) {
  std::vector<Rank> ranks;
  for (int rank = 0; rank < count; ++rank) ranks.push_back({rank});
  return ranks;
}

Placement spatial(int ranks, bool fused = false) {
  Placement placement;
  placement.scheme = split::find_scheme("spatial");
  placement.ranks = first(ranks);
  placement.options.shares.assign(placement.ranks.size(), 1.0);
  placement.options.fused = fused;
  return placement;
}

Placement fused(int ranks) {
  return spatial(ranks, true);
}

Placement by(const char* scheme, int ranks) {
  Placement placement = spatial(ranks);
  placement.scheme = split::find_scheme(scheme);
  return placement;
}

graph::Pool pool(Index kernel, Index stride) {
  graph::Pool op;
  op.sliding.kernel = {1, kernel, kernel};
  op.sliding.stride = {1, stride, stride};
  return op;
}

graph::Conv strided_conv(Index kernel, Index stride) {
  graph::Conv op = shoal::testing::same_conv(4, kernel);
  op.sliding.stride = {1, stride, stride};
  return op;
}

/// Layers one behind the other, from an image of `rows` rows and four columns and channels.
Graph chain(Index rows, const std::vector<std::pair<std::string, graph::Op>>& layers) {
  Graph graph("chain");
  LayerId at = graph.add("input", graph::Input(Shape::image(rows, 4, 4)), {});
  for (const auto& [name, op] : layers) at = graph.add(name, op, {at});
  return graph;
}

graph::Conv conv() {
  return shoal::testing::same_conv(4, 3);
}

using Layers = std::map<std::string, Placement>;

Fusion fuse_all(const Graph& graph, const Layers& layers) {
  return fuse({first(4), layers}, graph, {0, graph.size()});
}

/// The rows of a layer that each member makes; of a layer that takes no part, none.
std::vector<Range> rows(const Graph& graph, const Layers& layers, const char* layer) {
  const Fusion fusion = fuse_all(graph, layers);
  EXPECT_TRUE(fusion.refused.empty());
  const auto found = fusion.layouts.find(graph.find(layer).value());
  std::vector<Range> result;
  if (found == fusion.layouts.end()) return result;
  for (const Box& box : found->second.boxes) {
    EXPECT_TRUE(box.empty() || Box::whole(graph[found->first].output).contains(box));
    result.push_back(box.empty() ? Range{} : box[Axis::height]);
  }
  return result;
}

using Rows = std::vector<Range>;

TEST(Fusion, GrowsALayerByTheHaloOfItsReader) {
  const Graph graph = chain(112, {{"a", conv()}, {"b", conv()}});
  const Layers layers = {{"a", fused(2)}, {"b", spatial(2)}};
  EXPECT_EQ(rows(graph, layers, "a"), (Rows{{0, 57}, {55, 112}}));
  EXPECT_EQ(rows(graph, layers, "b"), Rows()) << "it ends the run: as its own cut says";
}

TEST(Fusion, GrowsOnceMoreForEachFusedLayer) {
  const Graph graph = chain(112, {{"a", conv()}, {"b", conv()}, {"c", strided_conv(5, 2)}});
  const Layers layers = {{"a", fused(2)}, {"b", fused(2)}, {"c", spatial(2)}};
  // Rows [0,28) of c, same padding by one before, read rows [0,58) of b.
  EXPECT_EQ(rows(graph, layers, "b"), (Rows{{0, 58}, {55, 112}}));
  EXPECT_EQ(rows(graph, layers, "a"), (Rows{{0, 59}, {54, 112}}));
}

TEST(Fusion, GrowsThroughLayersWithoutAPlacement) {
  graph::ZeroPad pad;
  pad.before = {0, 1, 1};
  pad.after = {0, 1, 1};
  const Graph graph = chain(16, {{"a", conv()},
                                 {"norm", graph::BatchNorm{}},
                                 {"pool", pool(2, 2)},
                                 {"pad", pad},
                                 {"b", conv()}});
  const Layers layers = {{"a", fused(2)}, {"b", spatial(2)}};
  EXPECT_EQ(rows(graph, layers, "pad"), (Rows{{0, 6}, {4, 10}}));
  EXPECT_EQ(rows(graph, layers, "pool"), (Rows{{0, 5}, {3, 8}}));
  EXPECT_EQ(rows(graph, layers, "norm"), (Rows{{0, 10}, {6, 16}}));
  EXPECT_EQ(rows(graph, layers, "a"), (Rows{{0, 10}, {6, 16}}));
}

TEST(Fusion, OfAResidualBlockTakesTheHullOfBothReaders) {
  Graph graph("residual");
  const LayerId input = graph.add("input", graph::Input(Shape::image(16, 4, 4)), {});
  const LayerId a = graph.add("a", conv(), {input});
  const LayerId b = graph.add("b", conv(), {a});
  const LayerId add = graph.add("add", graph::Add{}, {a, b});
  graph.add("c", shoal::testing::same_conv(4, 5), {add});
  const Layers all = {{"a", fused(2)}, {"b", fused(2)}, {"c", spatial(2)}};
  EXPECT_EQ(rows(graph, all, "add"), (Rows{{0, 10}, {6, 16}}));
  EXPECT_EQ(rows(graph, all, "b"), (Rows{{0, 10}, {6, 16}}));
  EXPECT_EQ(rows(graph, all, "a"), (Rows{{0, 11}, {5, 16}})) << "what b reads";

  // With b cut, the sum is made where b is, and of a what b reads.
  const Layers one = {{"a", fused(2)}, {"b", spatial(2)}, {"c", spatial(2)}};
  EXPECT_EQ(rows(graph, one, "add"), (Rows{{0, 8}, {8, 16}}));
  EXPECT_EQ(rows(graph, one, "a"), (Rows{{0, 9}, {7, 16}}));
}

TEST(Fusion, IsByTheCutAtTheEndOfTheRun) {
  const Graph graph = chain(16, {{"a", conv()}, {"b", conv()}});
  Layers layers = {{"a", fused(2)}, {"b", spatial(2)}};
  layers.at("a").options.shares = {7, 1};
  layers.at("a").options.axes = {Axis::width};
  layers.at("b").options.shares = {3, 1};
  EXPECT_EQ(rows(graph, layers, "a"), (Rows{{0, 13}, {11, 16}}));
}

TEST(Fusion, GrowsTilesOnEverySide) {
  const Graph graph = chain(16, {{"a", conv()}, {"b", conv()}});
  Layers layers = {{"a", fused(4)}, {"b", spatial(4)}};
  layers.at("b").options.axes = {Axis::height, Axis::width};
  layers.at("b").options.grid = {2, 2};
  const std::vector<Box> boxes = fuse_all(graph, layers).layouts.at({1}).boxes;
  ASSERT_EQ(boxes.size(), 4U);
  EXPECT_EQ(boxes[1][Axis::height], (Range{0, 9}));
  EXPECT_EQ(boxes[1][Axis::width], (Range{1, 4}));
  EXPECT_EQ(boxes[2][Axis::height], (Range{7, 16}));
  EXPECT_EQ(boxes[2][Axis::width], (Range{0, 3}));
}

TEST(Fusion, LeavesOutWhatNobodyReads) {
  const Graph graph = chain(8, {{"a", conv()}, {"b", strided_conv(1, 2)}});
  EXPECT_EQ(rows(graph, {{"a", fused(2)}, {"b", spatial(2)}}, "a"), (Rows{{0, 3}, {4, 7}}));
}

TEST(Fusion, OfMoreRanksThanRowsLeavesSomeIdle) {
  const Graph graph = chain(2, {{"a", conv()}, {"b", conv()}});
  EXPECT_EQ(rows(graph, {{"a", fused(4)}, {"b", spatial(4)}}, "a"), (Rows{{0, 2}, {0, 2}, {}, {}}));
}

/// `a`, which `b` and `c` read, whose sum comes last.
Graph fork() {
  Graph graph("fork");
  const LayerId input = graph.add("input", graph::Input(Shape::image(16, 4, 4)), {});
  const LayerId a = graph.add("a", conv(), {input});
  const LayerId b = graph.add("b", conv(), {a});
  const LayerId c = graph.add("c", conv(), {a});
  graph.add("add", graph::Add{}, {b, c});
  return graph;
}

TEST(Fusion, TakesTheHullOfReadersThatAreCutElsewhere) {
  Layers layers = {{"a", fused(2)}, {"b", spatial(2)}, {"c", spatial(2)}};
  layers.at("b").options.shares = {3, 1};
  layers.at("c").options.shares = {1, 3};
  EXPECT_EQ(rows(fork(), layers, "a"), (Rows{{0, 13}, {3, 16}}));
}

/// Why `a` cannot be fused.
std::string refusal(const Graph& graph, Layers layers) {
  layers.emplace("a", fused(4));
  const auto refused = fuse_all(graph, layers).refused;
  const auto found = refused.find(graph.find("a").value());
  return found == refused.end() ? "nothing" : found->second;
}

TEST(Fusion, IsRefusedInWords) {
  const Graph plain = chain(16, {{"a", conv()}, {"b", conv()}});
  EXPECT_EQ(refusal(plain, {}), "b comes after it and runs whole on rank 0");
  EXPECT_EQ(refusal(plain, {{"b", by("replicated", 1)}}),
            "b comes after it and runs whole on rank 0");
  EXPECT_EQ(refusal(plain, {{"b", by("channel", 4)}}), "b comes after it and is split by channel");
  EXPECT_EQ(refusal(plain, {{"b", spatial(3)}}),
            "b comes after it and is split over ranks 0-2, not 0-3");
  EXPECT_EQ(refusal(plain, {{"b", fused(4)}}), "b is the network's last layer");
  const Graph pooled = chain(16, {{"a", conv()}, {"pool", pool(2, 2)}, {"b", conv()}});
  EXPECT_EQ(refusal(pooled, {{"b", by("filter", 4)}}), "b comes after it and is split by filter");
  const Graph flat =
      chain(16, {{"a", conv()}, {"pool", pool(2, 2)}, {"flatten", graph::Flatten{}}});
  EXPECT_EQ(refusal(flat, {}), "flatten comes after it and cannot be split in space (Flatten)");
  EXPECT_EQ(refusal(fork(), {{"b", spatial(4)}, {"c", spatial(2)}}),
            "b and c come after it, split over ranks 0-3 and 0-1");
}

TEST(Fusion, EndsWithItsStage) {
  const Graph graph = chain(16, {{"a", conv()}, {"b", conv()}});
  const Fusion fusion = fuse({first(4), {{"a", fused(4)}}}, graph, {0, 2});
  EXPECT_EQ(fusion.refused.at({1}), "b comes after it, in another stage");
}

TEST(Fusion, IsRefusedAtItsEntryInThePlan) {
  const Graph graph = chain(16, {{"a", conv()}, {"b", conv()}, {"c", conv()}});
  Plan plan;
  plan.model = "chain";
  plan.ranks = 4;
  plan.stages.push_back({"", "", {{first(4), {{"a", fused(4)}, {"b", fused(4)}}}}});
  const auto told = [&] { return shoal::testing::error_text([&] { validate(plan, graph); }); };
  EXPECT_THAT(told(), StartsWith("/stages/0/layers/b/fused: c comes after it and runs whole"));
  auto& layers = plan.stages[0].replicas[0].layers;
  layers.emplace("c", spatial(4));
  EXPECT_NO_THROW(validate(plan, graph));
  layers.at("c") = by("channel", 4);
  layers.at("c").options.fused = true;
  EXPECT_EQ(told(), "/stages/0/layers/c/fused: is for spatial only");
}

TEST(FuseWherePossible, LeavesTheRestCut) {
  const Graph graph =
      chain(16, {{"a", conv()}, {"b", conv()}, {"c", conv()}, {"d", conv()}, {"e", conv()}});
  Replica replica{first(4), {{"a", spatial(4)}, {"b", spatial(4)}, {"c", spatial(4)}}};
  replica.layers.emplace("d", by("channel", 4));
  replica.layers.emplace("e", spatial(4));
  fuse_where_possible(replica, {"a", "b", "c", "e"}, graph, {0, graph.size()});
  EXPECT_TRUE(replica.layers.at("a").options.fused);
  EXPECT_TRUE(replica.layers.at("b").options.fused);
  EXPECT_FALSE(replica.layers.at("c").options.fused) << "d is split by channel";
  EXPECT_FALSE(replica.layers.at("e").options.fused) << "nothing reads it";
  EXPECT_TRUE(fuse(replica, graph, {0, graph.size()}).refused.empty());
}

/// Once `c` is cut, the sum is made where it is, so that `b` can be fused though nothing behind the
/// sum is split in space.
TEST(FuseWherePossible, EndsARunWhereASumFollowsACut) {
  Graph graph("residual");
  const LayerId input = graph.add("input", graph::Input(Shape::image(16, 4, 4)), {});
  const LayerId b = graph.add("b", conv(), {input});
  const LayerId c = graph.add("c", conv(), {b});
  const LayerId add = graph.add("add", graph::Add{}, {b, c});
  graph.add("flatten", graph::Flatten{}, {add});
  Replica replica{first(4), {{"b", spatial(4)}, {"c", spatial(4)}}};
  fuse_where_possible(replica, {"b", "c"}, graph, {0, graph.size()});
  EXPECT_TRUE(replica.layers.at("b").options.fused);
  EXPECT_FALSE(replica.layers.at("c").options.fused);
}

}  // namespace
}  // namespace shoal::plan
