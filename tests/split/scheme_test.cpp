#include "shoal/split/scheme.hpp"

#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "shoal/base/error.hpp"

#include "split/graphs.hpp"

namespace shoal::split {
namespace {

using Ranges = std::vector<Range>;

SplitOptions shares(std::vector<double> values) {
  SplitOptions options;
  options.shares = std::move(values);
  return options;
}

Division divide(const char* scheme, const OneLayer& one, const SplitOptions& options) {
  return find_scheme(scheme)->divide(one.graph, one.layer, options);
}

Ranges along(const std::vector<Box>& boxes, Axis axis) {
  Ranges ranges;
  for (const Box& box : boxes) ranges.push_back(box[axis]);
  return ranges;
}

TEST(Scheme, IsFoundByName) {
  for (const Scheme& scheme : schemes()) EXPECT_EQ(find_scheme(scheme.name), &scheme);
  EXPECT_EQ(find_scheme("spatial-width"), nullptr);
  EXPECT_EQ(find_scheme(""), nullptr);
}

TEST(Scheme, AppliesToTheLayersOfItsKind) {
  const Shape picture = Shape::image(8, 8, 6);
  graph::Conv grouped = conv(6, 3);
  grouped.groups = 2;
  graph::GlobalPool maximum;
  maximum.pool = graph::PoolKind::max;
  const std::set<std::string> slides = {"channel", "replicated", "spatial"};
  const std::map<std::string, std::pair<OneLayer, std::set<std::string>>> cases = {
      {"dense", {one_layer(Shape::features(8), dense(4)), {"output", "input", "replicated"}}},
      {"conv", {one_layer(picture, conv(4, 3)), {"channel", "filter", "spatial", "replicated"}}},
      {"grouped conv", {one_layer(picture, grouped), slides}},
      {"depthwise", {one_layer(picture, depthwise(1, 3)), slides}},
      {"pool", {one_layer(picture, pool(2, 2)), slides}},
      {"batch norm", {one_layer(picture, graph::BatchNorm{}), slides}},
      {"zero pad", {one_layer(picture, graph::ZeroPad{}), slides}},
      {"activation", {one_layer(picture, graph::Identity{}), slides}},
      {"softmax", {one_layer(picture, graph::Softmax{}), {"replicated", "spatial"}}},
      {"global maximum", {one_layer(picture, maximum), {"channel", "replicated"}}},
      {"flatten", {one_layer(picture, graph::Flatten{}), {"replicated"}}},
  };
  for (const auto& [name, test] : cases) {
    std::set<std::string> applying;
    for (const Scheme& scheme : schemes()) {
      if (scheme.applies(test.first.graph, test.first.layer)) applying.emplace(scheme.name);
    }
    EXPECT_EQ(applying, test.second) << name;
  }
}

TEST(Scheme, OutputReadsEverythingAndMakesSome) {
  const OneLayer one = one_layer(Shape::features(8), dense(10));
  const Division division = divide("output", one, shares({1, 1, 2}));
  EXPECT_EQ(division.inputs.front(), std::vector<Box>(3, Box::whole(Shape::features(8))));
  EXPECT_EQ(along(division.outputs, Axis::channel), (Ranges{{0, 3}, {3, 5}, {5, 10}}));
  EXPECT_FALSE(division.partial);
}

TEST(Scheme, InputReadsSomeAndMakesSummandsOfEverything) {
  const OneLayer one = one_layer(Shape::features(8), dense(10));
  const Division division = divide("input", one, shares({3, 1}));
  EXPECT_EQ(along(division.inputs.front(), Axis::channel), (Ranges{{0, 6}, {6, 8}}));
  EXPECT_EQ(division.outputs, std::vector<Box>(2, Box::whole(Shape::features(10))));
  EXPECT_TRUE(division.partial);
}

TEST(Scheme, MoreRanksThanChannelsLeaveSomeWithNothing) {
  const OneLayer one = one_layer(Shape::image(4, 4, 2), conv(3, 3));
  const Division summands = divide("filter", one, shares({1, 1, 1, 1}));
  EXPECT_EQ(along(summands.inputs.front(), Axis::channel),
            (Ranges{{0, 1}, {1, 2}, {2, 2}, {2, 2}}));
  EXPECT_FALSE(summands.outputs[1].empty());
  EXPECT_TRUE(summands.outputs[2].empty() && summands.outputs[3].empty());
  const Division channels = divide("channel", one, shares({1, 1, 1, 1}));
  EXPECT_TRUE(channels.outputs[3].empty());
  EXPECT_TRUE(channels.inputs.front()[3].empty()) << "who makes nothing reads nothing";
  const Division regions = divide("spatial", one, shares({1, 0, 1, 1, 1, 1}));
  EXPECT_EQ(along(regions.outputs, Axis::height),
            (Ranges{{0, 1}, {1, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 4}}));
  EXPECT_TRUE(regions.inputs.front()[1].empty());
}

TEST(Scheme, ChannelKeepsGroupsAndMultipliersTogether) {
  graph::Conv grouped = conv(12, 3);
  grouped.groups = 3;
  const Division groups =
      divide("channel", one_layer(Shape::image(8, 8, 6), grouped), shares({1, 1}));
  EXPECT_EQ(along(groups.outputs, Axis::channel), (Ranges{{0, 8}, {8, 12}}));
  EXPECT_EQ(along(groups.inputs.front(), Axis::channel), (Ranges{{0, 4}, {4, 6}}));
  const Division multiplied =
      divide("channel", one_layer(Shape::image(8, 8, 3), depthwise(2, 3)), shares({1, 1}));
  EXPECT_EQ(along(multiplied.outputs, Axis::channel), (Ranges{{0, 4}, {4, 6}}));
  EXPECT_EQ(along(multiplied.inputs.front(), Axis::channel), (Ranges{{0, 2}, {2, 3}}));
}

TEST(Scheme, SpatialReadsHalosThroughStrideAndPadding) {
  // The example of footprint.hpp: 3x3, 112 rows in two.
  const Division same =
      divide("spatial", one_layer(Shape::image(112, 8, 2), conv(4, 3)), shares({1, 1}));
  EXPECT_EQ(along(same.inputs.front(), Axis::height), (Ranges{{0, 57}, {55, 112}}));
  // AlexNet's first: 11x11 by 4, 220 rows to 55, padding 3 before and 4 behind.
  const Division strided =
      divide("spatial", one_layer(Shape::image(220, 220, 3), conv(48, 11, 4)), shares({1, 1}));
  EXPECT_EQ(along(strided.outputs, Axis::height), (Ranges{{0, 28}, {28, 55}}));
  EXPECT_EQ(along(strided.inputs.front(), Axis::height), (Ranges{{0, 116}, {109, 220}}));
  graph::Conv dilated = conv(4, 3);
  dilated.sliding.dilation = {1, 2, 2};
  const Division wide =
      divide("spatial", one_layer(Shape::image(12, 12, 2), dilated), shares({1, 1}));
  EXPECT_EQ(along(wide.inputs.front(), Axis::height), (Ranges{{0, 8}, {4, 12}}));
}

TEST(Scheme, SpatialCutsTheAxisItIsTold) {
  graph::Conv op = conv(4, 3);
  op.sliding.kernel = {3, 3, 3};
  op.dimensions = 3;
  const OneLayer one = one_layer(Shape::clip(16, 8, 8, 2), op);
  SplitOptions options = shares({1, 3});
  options.axes = {Axis::depth};
  const Division division = divide("spatial", one, options);
  EXPECT_EQ(along(division.outputs, Axis::depth), (Ranges{{0, 4}, {4, 16}}));
  EXPECT_EQ(along(division.inputs.front(), Axis::depth), (Ranges{{0, 5}, {3, 16}}));
  EXPECT_EQ(along(division.inputs.front(), Axis::height), (Ranges{{0, 8}, {0, 8}}));
}

TEST(Scheme, SpatialMakesTilesRowByRow) {
  const OneLayer one = one_layer(Shape::image(6, 9, 2), conv(4, 3));
  SplitOptions options = shares({1, 1, 1, 1, 1, 1});
  options.axes = {Axis::height, Axis::width};
  options.grid = {2, 3};
  const Division division = divide("spatial", one, options);
  EXPECT_EQ(along(division.outputs, Axis::height),
            (Ranges{{0, 3}, {0, 3}, {0, 3}, {3, 6}, {3, 6}, {3, 6}}));
  EXPECT_EQ(along(division.outputs, Axis::width),
            (Ranges{{0, 3}, {3, 6}, {6, 9}, {0, 3}, {3, 6}, {6, 9}}));
  EXPECT_EQ(division.inputs.front()[4][Axis::height], (Range{2, 6}));
  EXPECT_EQ(division.inputs.front()[4][Axis::width], (Range{2, 7}));
  options.shares.pop_back();
  EXPECT_THROW(divide("spatial", one, options), Error);
}

TEST(Scheme, EveryInputOfAnAdditionIsCutAlike) {
  const Shape shape = Shape::image(8, 8, 4);
  graph::Graph graph("add");
  const graph::LayerId a = graph.add("a", graph::Input(shape), {});
  const graph::LayerId b = graph.add("b", graph::Identity{}, {a});
  const graph::LayerId sum = graph.add("sum", graph::Add{}, {a, b});
  const Division division = find_scheme("channel")->divide(graph, sum, shares({1, 1}));
  ASSERT_EQ(division.inputs.size(), 2U);
  EXPECT_EQ(division.inputs[0], division.outputs);
  EXPECT_EQ(division.inputs[1], division.outputs);
}

TEST(Scheme, SuitsIsWhatTheSchemeReadsOfALayerOfTheSameSize) {
  const Shape shape = Shape::image(8, 8, 6);
  const OneLayer one = one_layer(shape, conv(6, 1));
  for (const char* name : {"channel", "filter", "spatial", "replicated"}) {
    const SplitOptions options = shares({2, 1, 1});
    EXPECT_EQ(find_scheme(name)->suits(shape, options), divide(name, one, options).inputs.front())
        << name;
  }
}

}  // namespace
}  // namespace shoal::split
