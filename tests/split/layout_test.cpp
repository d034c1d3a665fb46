#include "shoal/split/layout.hpp"

#include <gtest/gtest.h>

namespace shoal::split {
namespace {

const Shape shape = Shape::image(6, 4, 3);
const Box whole = Box::whole(shape);

Box rows(Index begin, Index end) {
  return whole.with(Axis::height, {begin, end});
}

TEST(Layout, RootedIsReplicatedOverOne) {
  const Layout layout = Layout::rooted({3}, shape);
  EXPECT_EQ(layout, Layout::replicated({{3}}, shape));
  EXPECT_TRUE(layout.is_replicated(shape));
  EXPECT_TRUE(layout.covers(shape));
  EXPECT_EQ(layout.box_of({3}), whole);
  EXPECT_EQ(layout.box_of({0}), std::nullopt);
}

TEST(Layout, ReplicatedIsNotDisjoint) {
  const Layout layout = Layout::replicated({{0}, {2}}, shape);
  EXPECT_TRUE(layout.is_replicated(shape));
  EXPECT_FALSE(layout.is_disjoint());
  EXPECT_EQ(layout.box_of({2}), whole);
}

TEST(Layout, SummandsHoldAllOfItAndAreNotReplicas) {
  const Layout layout = Layout::summands({{0}, {1}}, shape);
  EXPECT_TRUE(layout.partial);
  EXPECT_FALSE(layout.is_replicated(shape));
  EXPECT_EQ(layout.box_of({1}), whole);
}

TEST(Layout, AnEmptyBoxIsHeldByNobody) {
  const Layout layout = Layout::sharded({{0}, {1}}, {rows(0, 6), rows(6, 6)});
  EXPECT_EQ(layout.box_of({0}), whole);
  EXPECT_EQ(layout.box_of({1}), std::nullopt);
  EXPECT_TRUE(layout.covers(shape));
  EXPECT_TRUE(layout.is_disjoint());
  EXPECT_FALSE(layout.is_replicated(shape));
}

TEST(Layout, KnowsGapsFromOverlaps) {
  const std::vector<Rank> ranks = {{0}, {1}};
  EXPECT_TRUE(Layout::sharded(ranks, {rows(0, 2), rows(2, 6)}).covers(shape));
  EXPECT_FALSE(Layout::sharded(ranks, {rows(0, 2), rows(3, 6)}).covers(shape));
  EXPECT_TRUE(Layout::sharded(ranks, {rows(0, 2), rows(3, 6)}).is_disjoint());
  EXPECT_TRUE(Layout::sharded(ranks, {rows(0, 4), rows(3, 6)}).covers(shape));
  EXPECT_FALSE(Layout::sharded(ranks, {rows(0, 4), rows(3, 6)}).is_disjoint());
  // Rows 0 to 3 and columns 0 to 1: a corner is missing, though each axis is covered.
  const Box columns = whole.with(Axis::width, {0, 2});
  EXPECT_FALSE(Layout::sharded(ranks, {rows(0, 4), columns}).covers(shape));
}

TEST(Layout, RanksAsPeopleWriteThem) {
  EXPECT_EQ(to_string(std::vector<Rank>{}), "");
  EXPECT_EQ(to_string(std::vector<Rank>{{5}}), "5");
  EXPECT_EQ(to_string(std::vector<Rank>{{0}, {1}, {2}, {3}, {7}}), "0-3 7");
  EXPECT_EQ(to_string(std::vector<Rank>{{0}, {2}, {3}, {5}}), "0 2-3 5");
}

TEST(Layout, SaysItsKindAndAxes) {
  const std::vector<Rank> two = {{0}, {1}};
  EXPECT_EQ(to_string(Layout::rooted({4}, shape), shape), "rooted at 4");
  EXPECT_EQ(to_string(Layout::replicated(two, shape), shape), "replicated over 0-1");
  EXPECT_EQ(to_string(Layout::summands(two, shape), shape), "partial over 0-1");
  EXPECT_EQ(to_string(Layout::sharded(two, {rows(0, 3), rows(3, 6)}), shape),
            "sharded by height over 0-1");
  const Box left = whole.with(Axis::width, {0, 2});
  const Box right = whole.with(Axis::width, {2, 4});
  const Layout tiles = Layout::sharded(
      {{0}, {1}, {2}, {3}}, {left.with(Axis::height, {0, 3}), right.with(Axis::height, {0, 3}),
                             left.with(Axis::height, {3, 6}), right.with(Axis::height, {3, 6})});
  EXPECT_EQ(to_string(tiles, shape), "sharded by height and width over 0-3");
}

}  // namespace
}  // namespace shoal::split
