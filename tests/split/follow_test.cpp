#include <gtest/gtest.h>

#include "shoal/split/partition.hpp"
#include "shoal/split/scheme.hpp"

#include "split/graphs.hpp"
#include "support/random.hpp"

namespace shoal::split {
namespace {

using graph::Padding;
using Ranges = std::vector<Range>;

/// An activation cut along one axis into these ranges, over as many ranks.
Layout cut(const Shape& shape, Axis axis, const Ranges& ranges) {
  Layout layout;
  for (const Range range : ranges) {
    layout.ranks.push_back({static_cast<int>(layout.ranks.size())});
    layout.boxes.push_back(Box::whole(shape).with(axis, range));
  }
  return layout;
}

Ranges along(const std::vector<Box>& boxes, Axis axis) {
  Ranges ranges;
  for (const Box& box : boxes) ranges.push_back(box[axis]);
  return ranges;
}

std::optional<Division> follow(const OneLayer& one, const Layout& input) {
  return split::follow(one.graph, one.layer, input);
}

TEST(Follow, ElementWiseLayersMakeWhatTheyHold) {
  const Shape shape = Shape::image(8, 8, 4);
  const Layout held = cut(shape, Axis::width, {{0, 3}, {3, 3}, {3, 8}});
  const auto division = follow(one_layer(shape, graph::Identity{}), held);
  ASSERT_TRUE(division);
  EXPECT_EQ(along(division->outputs, Axis::width), (Ranges{{0, 3}, {0, 0}, {3, 8}}));
  EXPECT_TRUE(division->inputs.front()[1].empty());
  EXPECT_FALSE(division->partial);
}

TEST(Follow, AWindowReadsItsHaloAndNoPadding) {
  const Shape shape = Shape::image(16, 16, 4);
  const auto division = follow(one_layer(shape, depthwise(1, 3)),
                               cut(shape, Axis::height, {{0, 4}, {4, 9}, {9, 16}}));
  ASSERT_TRUE(division);
  EXPECT_EQ(along(division->outputs, Axis::height), (Ranges{{0, 4}, {4, 9}, {9, 16}}));
  EXPECT_EQ(along(division->inputs.front(), Axis::height), (Ranges{{0, 5}, {3, 10}, {8, 16}}));
}

/// An output belongs to who has the middle of its window, so that halos stay small.
TEST(Follow, StridedWindowsBelongToTheirCentre) {
  const Shape odd = Shape::image(15, 15, 4);
  const auto pooled =
      follow(one_layer(odd, pool(2, 2)), cut(odd, Axis::height, {{0, 5}, {5, 10}, {10, 15}}));
  ASSERT_TRUE(pooled);
  // Outputs are centred on rows 1, 3, 5 … 13; row 14 is read by none.
  EXPECT_EQ(along(pooled->outputs, Axis::height), (Ranges{{0, 2}, {2, 5}, {5, 7}}));
  EXPECT_EQ(along(pooled->inputs.front(), Axis::height), (Ranges{{0, 4}, {4, 10}, {10, 14}}));

  // TensorFlow's same: all of the padding is behind, output o reads rows 2 o to 2 o + 2.
  const Shape even = Shape::image(8, 8, 4);
  const auto strided =
      follow(one_layer(even, conv(4, 3, 2)), cut(even, Axis::height, {{0, 3}, {3, 8}}));
  ASSERT_TRUE(strided);
  EXPECT_EQ(along(strided->outputs, Axis::height), (Ranges{{0, 1}, {1, 4}}));
  EXPECT_EQ(along(strided->inputs.front(), Axis::height), (Ranges{{0, 3}, {2, 8}}));
}

TEST(Follow, ALargeStrideLeavesSomeWithoutOutputs) {
  const Shape shape = Shape::image(8, 8, 4);
  const auto division = follow(one_layer(shape, conv(4, 1, 4, Padding::valid)),
                               cut(shape, Axis::height, {{0, 2}, {2, 4}, {4, 6}, {6, 8}}));
  ASSERT_TRUE(division);
  EXPECT_EQ(along(division->outputs, Axis::height), (Ranges{{0, 1}, {1, 1}, {1, 2}, {2, 2}}));
  EXPECT_TRUE(division->inputs.front()[1].empty());
}

/// What is centred in the padding goes to the nearest rank that has rows.
TEST(Follow, OutputsOfThePaddingAreMadeByTheEnds) {
  const Shape shape = Shape::image(4, 4, 2);
  graph::ZeroPad padded;
  padded.before = {0, 3, 0};
  padded.after = {0, 2, 0};
  const auto division =
      follow(one_layer(shape, padded), cut(shape, Axis::height, {{0, 2}, {2, 4}, {4, 4}}));
  ASSERT_TRUE(division);
  EXPECT_EQ(along(division->outputs, Axis::height), (Ranges{{0, 5}, {5, 9}, {0, 0}}));
  EXPECT_EQ(along(division->inputs.front(), Axis::height)[1], (Range{2, 4}));
}

TEST(Follow, MakesEveryOutputOnceWhateverTheWindow) {
  testing::Random random(11);
  for (int i = 0; i < 3000; ++i) {
    const Shape shape = Shape::image(random.between(1, 24), 12, 2);
    graph::Conv op = conv(1, random.between(1, 5), random.between(1, 4),
                          random.chance(50) ? Padding::same : Padding::valid);
    op.sliding.dilation = {1, op.sliding.stride.height == 1 ? random.between(1, 3) : 1, 1};
    if ((op.sliding.kernel.height - 1) * op.sliding.dilation.height >= shape[Axis::height])
      continue;
    const OneLayer one = one_layer(shape, op);
    const auto shares = random.shares(static_cast<std::size_t>(random.between(1, 6)));
    const auto division =
        follow(one, cut(shape, Axis::height, partition(shape[Axis::height], shares)));
    ASSERT_TRUE(division);
    const Layout made = Layout::sharded(std::vector<Rank>(shares.size()), division->outputs);
    ASSERT_TRUE(made.is_disjoint() && made.covers(one.graph[one.layer].output))
        << "case " << i << ": kernel " << op.sliding.kernel.height << " stride "
        << op.sliding.stride.height << " rows " << shape[Axis::height];
  }
}

TEST(Follow, ReplicasEachMakeEverything) {
  const Shape shape = Shape::image(8, 8, 4);
  const OneLayer one = one_layer(shape, conv(6, 3));
  const auto division = follow(one, Layout::replicated({{0}, {1}}, shape));
  ASSERT_TRUE(division);
  EXPECT_EQ(division->outputs, std::vector<Box>(2, Box::whole(one.graph[one.layer].output)));
  EXPECT_FALSE(division->partial);
}

TEST(Follow, DepthwiseLayersKeepTheirChannels) {
  const Shape shape = Shape::image(8, 8, 4);
  const auto division =
      follow(one_layer(shape, depthwise(2, 3)), cut(shape, Axis::channel, {{0, 3}, {3, 4}}));
  ASSERT_TRUE(division);
  EXPECT_EQ(along(division->outputs, Axis::channel), (Ranges{{0, 6}, {6, 8}}));
  EXPECT_EQ(along(division->inputs.front(), Axis::channel), (Ranges{{0, 3}, {3, 4}}));
  EXPECT_EQ(along(division->inputs.front(), Axis::height), (Ranges{{0, 8}, {0, 8}}));
}

TEST(Follow, AGroupedConvolutionNeedsWholeGroups) {
  const Shape shape = Shape::image(8, 8, 6);
  graph::Conv grouped = conv(9, 3);
  grouped.groups = 3;
  const OneLayer one = one_layer(shape, grouped);
  const auto division = follow(one, cut(shape, Axis::channel, {{0, 4}, {4, 6}}));
  ASSERT_TRUE(division);
  EXPECT_EQ(along(division->outputs, Axis::channel), (Ranges{{0, 6}, {6, 9}}));
  EXPECT_FALSE(follow(one, cut(shape, Axis::channel, {{0, 3}, {3, 6}})));
}

TEST(Follow, SumsOverWhatIsHeld) {
  const Shape shape = Shape::image(8, 8, 6);
  const OneLayer one = one_layer(shape, conv(5, 3));
  const Layout held = cut(shape, Axis::channel, {{0, 4}, {4, 4}, {4, 6}});
  const auto division = follow(one, held);
  ASSERT_TRUE(division);
  EXPECT_TRUE(division->partial);
  EXPECT_EQ(division->inputs.front(), held.boxes);
  const Box whole = Box::whole(one.graph[one.layer].output);
  EXPECT_EQ(division->outputs, (std::vector<Box>{whole, Box{}, whole}));
}

TEST(Follow, AGlobalAverageIsASumOfRegionsOrKeepsItsChannels) {
  const Shape shape = Shape::image(8, 8, 6);
  const OneLayer one = one_layer(shape, graph::GlobalPool{});
  const auto rows = follow(one, cut(shape, Axis::height, {{0, 3}, {3, 8}}));
  ASSERT_TRUE(rows);
  EXPECT_TRUE(rows->partial);
  const auto channels = follow(one, cut(shape, Axis::channel, {{0, 2}, {2, 6}}));
  ASSERT_TRUE(channels);
  EXPECT_FALSE(channels->partial);
  EXPECT_EQ(along(channels->outputs, Axis::channel), (Ranges{{0, 2}, {2, 6}}));
}

TEST(Follow, RefusesWhatNeedsTheOthersElements) {
  const Shape shape = Shape::image(8, 8, 6);
  const Layout channels = cut(shape, Axis::channel, {{0, 4}, {4, 6}});
  EXPECT_FALSE(follow(one_layer(shape, graph::Softmax{}), channels));
  graph::GlobalPool maximum;
  maximum.pool = graph::PoolKind::max;
  EXPECT_FALSE(follow(one_layer(shape, maximum), cut(shape, Axis::height, {{0, 4}, {4, 8}})));
  // Overlapping channels would be summed twice.
  EXPECT_FALSE(follow(one_layer(shape, conv(5, 3)), cut(shape, Axis::channel, {{0, 4}, {3, 6}})));
  // Channels and rows cut at once: neither whole outputs nor sums over whole regions.
  Layout tiles = channels;
  for (Box& box : tiles.boxes) box[Axis::height] = {0, 4};
  EXPECT_FALSE(follow(one_layer(shape, conv(5, 3)), tiles));
}

TEST(Follow, FlattensRunsOfFeatures) {
  const Shape shape = Shape::image(4, 4, 3);
  const OneLayer one = one_layer(shape, graph::Flatten{});
  const auto rows = follow(one, cut(shape, Axis::height, {{0, 1}, {1, 1}, {1, 4}}));
  ASSERT_TRUE(rows);
  EXPECT_EQ(along(rows->outputs, Axis::channel), (Ranges{{0, 12}, {0, 0}, {12, 48}}));
  EXPECT_FALSE(follow(one, cut(shape, Axis::width, {{0, 2}, {2, 4}})));
  EXPECT_FALSE(follow(one, cut(shape, Axis::channel, {{0, 2}, {2, 3}})));
  const Shape pixel = Shape::image(1, 1, 6);
  const auto channels =
      follow(one_layer(pixel, graph::Flatten{}), cut(pixel, Axis::channel, {{0, 2}, {2, 6}}));
  ASSERT_TRUE(channels);
  EXPECT_EQ(along(channels->outputs, Axis::channel), (Ranges{{0, 2}, {2, 6}}));
}

}  // namespace
}  // namespace shoal::split
