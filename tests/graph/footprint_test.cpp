#include "shoal/graph/footprint.hpp"

#include <gtest/gtest.h>

#include "support/random.hpp"

namespace shoal::graph {
namespace {

using shoal::testing::Random;

struct Reads {
  Index first = 0;
  Index behind_last = 0;
  bool any = false;

  void add(Index at, Index extent) {
    if (at < 0 || at >= extent) return;
    first = any ? std::min(first, at) : at;
    behind_last = any ? std::max(behind_last, at + 1) : at + 1;
    any = true;
  }
};

/// What the outputs read, one index after the other, as the comments of the types say.
Reads enumerate(const Window& window, Range outputs, Index extent) {
  Reads reads;
  for (Index o = outputs.begin; o < outputs.end; ++o) {
    for (Index k = 0; k < window.kernel; ++k) {
      reads.add(o * window.stride - window.before + k * window.dilation, extent);
    }
  }
  return reads;
}

Reads enumerate(const Groups& groups, Range outputs, Index extent) {
  Reads reads;
  for (Index o = outputs.begin; o < outputs.end; ++o) {
    const Index group = o / groups.outputs;
    for (Index i = 0; i < groups.inputs; ++i) reads.add(group * groups.inputs + i, extent);
  }
  return reads;
}

Range needed(const AxisUse& use, Range outputs, Index extent) {
  Footprint footprint;
  footprint[Axis::height] = use;
  Shape input = Shape::image(extent, 1, 1);
  Box output = Box::whole(Shape::features(1));
  output[Axis::height] = outputs;
  return input_box(footprint, output, input)[Axis::height];
}

void expect_exact(Range range, const Reads& reads) {
  EXPECT_EQ(range.empty(), !reads.any);
  if (!reads.any) return;
  EXPECT_EQ(range, (Range{reads.first, reads.behind_last}));
}

TEST(InputBox, IsExactForWindowsWithoutGaps) {
  Random random(1);
  for (int i = 0; i < 5000; ++i) {
    const Index kernel = random.between(1, 7);
    const Window window{kernel, random.between(1, kernel), 1, random.between(0, 9)};
    const Index extent = random.between(1, 12);
    const Index begin = random.between(0, 14);
    const Range outputs{begin, begin + random.between(1, 6)};
    expect_exact(needed(window, outputs, extent), enumerate(window, outputs, extent));
  }
}

TEST(InputBox, HoldsAllThatDilatedWindowsRead) {
  Random random(2);
  for (int i = 0; i < 5000; ++i) {
    const Window window{random.between(1, 7), random.between(1, 4), random.between(1, 3),
                        random.between(0, 9)};
    const Index extent = random.between(1, 12);
    const Index begin = random.between(0, 14);
    const Range outputs{begin, begin + random.between(1, 6)};
    const Range range = needed(window, outputs, extent);
    const Reads reads = enumerate(window, outputs, extent);
    EXPECT_GE(range.begin, 0);
    EXPECT_LE(range.end, extent);
    if (!reads.any) continue;
    EXPECT_LE(range.begin, reads.first);
    EXPECT_GE(range.end, reads.behind_last);
    const Index slack = std::max(window.dilation, window.stride) - 1;
    EXPECT_GE(range.begin, reads.first - slack);
    EXPECT_LE(range.end, reads.behind_last + slack);
  }
}

TEST(InputBox, IsExactForGroups) {
  Random random(3);
  for (int i = 0; i < 5000; ++i) {
    const Groups groups{random.between(1, 4), random.between(1, 4)};
    const Index count = random.between(1, 5);
    const Index begin = random.between(0, count * groups.outputs - 1);
    const Range outputs{begin, random.between(begin + 1, count * groups.outputs)};
    const Index extent = count * groups.inputs;
    expect_exact(needed(groups, outputs, extent), enumerate(groups, outputs, extent));
  }
}

TEST(InputBox, AddsTheHaloOfTheHeadersExample) {
  EXPECT_EQ(needed(Window{3, 1, 1, 1}, {56, 84}, 112), (Range{55, 85}));
  EXPECT_EQ(needed(Window{3, 1, 1, 1}, {84, 112}, 112), (Range{83, 112}));
}

TEST(InputBox, IsEmptyForAnEmptyOutput) {
  EXPECT_TRUE(needed(Window{3, 1, 1, 1}, {4, 4}, 8).empty());
  EXPECT_TRUE(needed(Groups{4, 4}, {5, 5}, 8).empty());
}

}  // namespace
}  // namespace shoal::graph
