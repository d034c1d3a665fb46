#include "shoal/tensor/shape.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

TEST(Shape, CountsElementsAndBytes) {
  EXPECT_EQ(Shape::image(224, 224, 3).volume(), 150'528);
  EXPECT_EQ(Shape::clip(16, 112, 112, 3).bytes(), 2'408'448U);
  EXPECT_EQ(Shape::features(0).volume(), 0);
  // More than 2^32 elements.
  EXPECT_EQ(Shape::image(100'000, 100'000, 3).volume(), 30'000'000'000);
}

TEST(Shape, PutsEachExtentOnItsAxis) {
  const Shape shape = Shape::clip(16, 112, 56, 3);
  EXPECT_EQ(shape[Axis::batch], 1);
  EXPECT_EQ(shape[Axis::depth], 16);
  EXPECT_EQ(shape[Axis::height], 112);
  EXPECT_EQ(shape[Axis::width], 56);
  EXPECT_EQ(shape[Axis::channel], 3);
  EXPECT_EQ(Shape::features(7), Shape::image(1, 1, 7));
}

TEST(Shape, IsWrittenWithoutBatchAndLeadingOnes) {
  EXPECT_EQ(to_string(Shape::image(224, 224, 64)), "224x224x64");
  EXPECT_EQ(to_string(Shape::clip(16, 112, 112, 64)), "16x112x112x64");
  EXPECT_EQ(to_string(Shape::features(4096)), "4096");
  EXPECT_EQ(to_string(Shape::features(1)), "1");
  EXPECT_EQ(to_string(Shape::image(7, 1, 3)), "7x1x3");
  EXPECT_EQ(to_string(Shape::image(1, 7, 3)), "7x3");
}

TEST(Axis, HasAName) {
  EXPECT_STREQ(name(Axis::batch), "batch");
  EXPECT_STREQ(name(Axis::channel), "channel");
}

}  // namespace
}  // namespace shoal
