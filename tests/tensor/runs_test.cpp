#include "shoal/tensor/runs.hpp"

#include <gtest/gtest.h>

#include "shoal/tensor/tensor.hpp"

namespace shoal {
namespace {

/// Offsets and lengths of the runs of a box of a dense tensor.
std::vector<std::pair<Index, Index>> runs(const Shape& shape, const Box& box) {
  Tensor tensor(shape);
  std::vector<std::pair<Index, Index>> found;
  for_each_run(tensor.view().part(box), [&](const float* first, Index count) {
    found.emplace_back(first - tensor.span().data(), count);
  });
  return found;
}

using Runs = std::vector<std::pair<Index, Index>>;

TEST(Runs, AreAsLongAsMemoryGoesOn) {
  const Shape image = Shape::image(4, 5, 3);
  const Box whole = Box::whole(image);
  EXPECT_EQ(runs(image, whole), (Runs{{0, 60}}));
  EXPECT_EQ(runs(image, whole.with(Axis::height, {1, 3})), (Runs{{15, 30}}));
  EXPECT_EQ(runs(image, whole.with(Axis::width, {1, 3})),
            (Runs{{3, 6}, {18, 6}, {33, 6}, {48, 6}}));
  EXPECT_EQ(runs(image, whole.with(Axis::height, {0, 1}).with(Axis::channel, {1, 2})),
            (Runs{{1, 1}, {4, 1}, {7, 1}, {10, 1}, {13, 1}}));
}

TEST(Runs, GoOnOverAxesOfOneElement) {
  const Shape clip = Shape::clip(3, 1, 4, 2);
  EXPECT_EQ(runs(clip, Box::whole(clip)), (Runs{{0, 24}}));
  EXPECT_EQ(runs(clip, Box::whole(clip).with(Axis::depth, {1, 2})), (Runs{{8, 8}}));
  EXPECT_EQ(runs(clip, Box::whole(clip).with(Axis::width, {0, 2})),
            (Runs{{0, 4}, {8, 4}, {16, 4}}));
}

TEST(Runs, OfNothingThereAreNone) {
  const Shape image = Shape::image(4, 5, 3);
  EXPECT_EQ(runs(image, Box::whole(image).with(Axis::width, {2, 2})), Runs{});
}

}  // namespace
}  // namespace shoal
