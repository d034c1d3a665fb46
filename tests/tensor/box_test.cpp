#include "shoal/tensor/box.hpp"

#include <functional>

#include <gtest/gtest.h>

#include "support/random.hpp"

namespace shoal {
namespace {

using testing::Random;

const Shape space = [] {
  Shape shape = Shape::clip(3, 4, 5, 3);
  shape[Axis::batch] = 2;
  return shape;
}();

/// For every element of `space`, in row-major order, whether it satisfies the condition.
std::vector<bool> elements(const std::function<bool(const PerAxis<Index>&)>& condition) {
  std::vector<bool> result;
  PerAxis<Index> at;
  for (Index i = 0; i < space.volume(); ++i) {
    Index rest = i;
    for (std::size_t axis = axis_count; axis-- > 0;) {
      at.values[axis] = rest % space.values[axis];
      rest /= space.values[axis];
    }
    result.push_back(condition(at));
  }
  return result;
}

std::vector<bool> elements(const Box& box) {
  return elements([&](const PerAxis<Index>& at) {
    return std::ranges::all_of(all_axes, [&](Axis axis) {
      return box[axis].begin <= at[axis] && at[axis] < box[axis].end;
    });
  });
}

/// A box in `space`; now and then empty, even with its end before its begin.
Box random_box(Random& random) {
  Box box;
  for (const Axis axis : all_axes) {
    const Index begin = random.between(0, space[axis]);
    box[axis] = random.chance(5) ? Range{begin, random.between(0, space[axis])}
                                 : Range{begin, random.between(begin, space[axis])};
    if (box[axis].empty() && random.chance(90)) box[axis] = {0, space[axis]};
  }
  return box;
}

Index count(const std::vector<bool>& set) {
  return std::count(set.begin(), set.end(), true);
}

TEST(Box, CountsItsElements) {
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    const Box box = random_box(random);
    EXPECT_EQ(box.volume(), count(elements(box)));
    EXPECT_EQ(box.empty(), box.volume() == 0);
    EXPECT_EQ(box.bytes(), static_cast<Bytes>(box.volume()) * 4);
  }
  EXPECT_EQ(Box::whole(space).volume(), space.volume());
}

TEST(Box, IntersectsAsSetsDo) {
  Random random(2);
  for (int i = 0; i < 1000; ++i) {
    const Box a = random_box(random);
    const Box b = random_box(random);
    const std::vector<bool> in_a = elements(a);
    const std::vector<bool> in_b = elements(b);
    std::vector<bool> both;
    for (std::size_t e = 0; e < in_a.size(); ++e) both.push_back(in_a[e] && in_b[e]);
    EXPECT_EQ(elements(intersect(a, b)), both);
  }
}

TEST(Box, ContainsExactlyItsSubsets) {
  Random random(3);
  int contained = 0;
  for (int i = 0; i < 2000; ++i) {
    const Box a = random_box(random);
    const Box b = random.chance(50) ? random_box(random) : intersect(a, random_box(random));
    const std::vector<bool> in_a = elements(a);
    const std::vector<bool> in_b = elements(b);
    bool subset = true;
    for (std::size_t e = 0; e < in_a.size(); ++e) subset = subset && (in_a[e] || !in_b[e]);
    EXPECT_EQ(a.contains(b), subset);
    contained += subset && !b.empty() ? 1 : 0;
  }
  EXPECT_GT(contained, 100);
}

TEST(Box, SubtractsIntoDisjointPieces) {
  Random random(4);
  for (int i = 0; i < 2000; ++i) {
    const Box a = random_box(random);
    const Box b = random_box(random);
    const std::vector<Box> pieces = subtract(a, b);
    EXPECT_LE(pieces.size(), 10U);
    std::vector<bool> covered(static_cast<std::size_t>(space.volume()), false);
    for (const Box& piece : pieces) {
      EXPECT_FALSE(piece.empty());
      const std::vector<bool> in_piece = elements(piece);
      for (std::size_t e = 0; e < covered.size(); ++e) {
        EXPECT_FALSE(covered[e] && in_piece[e]) << "pieces overlap";
        covered[e] = covered[e] || in_piece[e];
      }
    }
    const std::vector<bool> in_a = elements(a);
    const std::vector<bool> in_b = elements(b);
    std::vector<bool> expected;
    for (std::size_t e = 0; e < in_a.size(); ++e) expected.push_back(in_a[e] && !in_b[e]);
    EXPECT_EQ(covered, expected);
  }
}

TEST(Box, HasAHullWithAnotherThatIsTheSmallestAroundBoth) {
  Random random(5);
  for (int i = 0; i < 1000; ++i) {
    const Box a = random_box(random);
    const Box b = random_box(random);
    const Box around = hull(a, b);
    EXPECT_TRUE(around.contains(a));
    EXPECT_TRUE(around.contains(b));
    EXPECT_EQ(around.empty(), a.empty() && b.empty());
    if (around.empty()) continue;
    for (const Axis axis : all_axes) {
      for (const Range smaller : {Range{around[axis].begin + 1, around[axis].end},
                                  Range{around[axis].begin, around[axis].end - 1}}) {
        const Box less = around.with(axis, smaller);
        EXPECT_FALSE(!less.empty() && less.contains(a) && less.contains(b));
      }
    }
  }
}

TEST(Box, IsTiledExactlyByPiecesWithoutGapsOrOverlaps) {
  Random random(6);
  for (int i = 0; i < 1000; ++i) {
    const Box whole = random_box(random);
    const Box hole = intersect(whole, random_box(random));
    if (hole.empty()) continue;
    std::vector<Box> pieces = subtract(whole, hole);
    EXPECT_FALSE(tiles_exactly(pieces, whole)) << "a gap";
    pieces.push_back(hole);
    EXPECT_TRUE(tiles_exactly(pieces, whole));
    pieces.emplace_back();
    EXPECT_TRUE(tiles_exactly(pieces, whole)) << "an empty piece is none";
    pieces.push_back(hole);
    EXPECT_FALSE(tiles_exactly(pieces, whole)) << "an overlap";
  }
  const Box rows = Box::whole(space).with(Axis::height, {0, 2});
  EXPECT_FALSE(tiles_exactly(std::vector{rows}, rows.with(Axis::height, {1, 3}))) << "outside";
}

TEST(Box, MovesToTheCoordinatesOfAnother) {
  const Box origin = Box::whole(Shape::image(10, 10, 4)).with(Axis::height, {3, 9});
  const Box box = origin.with(Axis::height, {5, 7}).with(Axis::channel, {1, 2});
  const Box moved = box.relative_to(origin);
  EXPECT_EQ(moved[Axis::height], (Range{2, 4}));
  EXPECT_EQ(moved[Axis::channel], (Range{1, 2}));
  EXPECT_EQ(moved.shape(), box.shape());
}

TEST(Box, IsWrittenByTheAxesThatItCuts) {
  const Shape shape = Shape::image(112, 112, 64);
  const Box whole = Box::whole(shape);
  EXPECT_EQ(to_string(whole, shape), "all");
  EXPECT_EQ(to_string(whole.with(Axis::height, {10, 20}), shape), "h[10,20)");
  EXPECT_EQ(to_string(whole.with(Axis::height, {10, 20}).with(Axis::channel, {0, 8}), shape),
            "h[10,20) c[0,8)");
  EXPECT_EQ(to_string(whole.with(Axis::width, {5, 5}), shape), "empty");
}

}  // namespace
}  // namespace shoal
