#include "shoal/graph/ops/lrn.hpp"

#include <gtest/gtest.h>

#include "shoal/base/error.hpp"

namespace shoal::graph {
namespace {

TEST(Lrn, ReadsTheChannelsBesideItsOwn) {
  const Lrn op;
  const Shape image = Shape::image(6, 6, 10);
  EXPECT_EQ(op.output({&image, 1}), image);
  const auto needed = [&](Range channels) {
    return input_box(op.footprint(image, image), Box::whole(image).with(Axis::channel, channels),
                     image)[Axis::channel];
  };
  EXPECT_EQ(needed({4, 6}), (Range{2, 8}));
  EXPECT_EQ(needed({0, 1}), (Range{0, 3}));
  EXPECT_EQ(needed({9, 10}), (Range{7, 10}));
}

TEST(Lrn, IsCentredSoItsSizeIsOdd) {
  Lrn op;
  const Shape image = Shape::image(6, 6, 10);
  for (const Index size : {0, 2, 4}) {
    op.size = size;
    EXPECT_THROW(static_cast<void>(op.output({&image, 1})), Error) << size;
  }
}

}  // namespace
}  // namespace shoal::graph
