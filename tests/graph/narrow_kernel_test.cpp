#include "shoal/graph/narrow_kernel.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "support/random.hpp"

namespace shoal::graph {
namespace {

/// By the definition of IEEE 754's binary16.
double value_of_half(std::uint16_t bits) {
  const double sign = (bits & 0x8000U) != 0 ? -1 : 1;
  const int exponent = bits >> 10U & 0x1F;
  const int fraction = bits & 0x3FF;
  if (exponent == 31) {
    return fraction == 0 ? sign * std::numeric_limits<double>::infinity()
                         : std::numeric_limits<double>::quiet_NaN();
  }
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(1024 + fraction, exponent - 25);
}

double as_half(float value) {
  NarrowKernel kernel(WeightsType::float16, 1, 1);
  kernel.set_rows(0, {&value, 1});
  return value_of_half(kernel.halves()[0]);
}

TEST(NarrowKernel, KeepsWhatHalfPrecisionHas) {
  for (const float value : {0.0F, 1.0F, -2.5F, 65504.0F, -0.0009765625F, 5.9604645e-8F}) {
    EXPECT_EQ(as_half(value), static_cast<double>(value));
  }
  EXPECT_TRUE(std::signbit(as_half(-0.0F)));
}

TEST(NarrowKernel, RoundsToTheNearestHalfOfTwoToTheEvenOne) {
  const float step = 1.0F / 1024;
  EXPECT_EQ(as_half(1 + 0.5F * step), 1);
  EXPECT_EQ(as_half(1 + 1.5F * step), 1 + 2 * static_cast<double>(step));
  EXPECT_EQ(as_half(1 + 0.51F * step), 1 + static_cast<double>(step));
  EXPECT_EQ(as_half(2 - 0.25F * step), 2) << "carries into the exponent";
  EXPECT_EQ(as_half(1.5F * 0x1p-24F), 0x1p-23) << "subnormal";
  EXPECT_EQ(as_half(0.4F * 0x1p-24F), 0);
}

TEST(NarrowKernel, HasNoHalfBeyondTheLargest) {
  EXPECT_EQ(as_half(65519.0F), 65504);
  EXPECT_EQ(as_half(65520.0F), std::numeric_limits<double>::infinity());
  EXPECT_EQ(as_half(-1e9F), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(as_half(std::numeric_limits<float>::quiet_NaN())));
}

TEST(NarrowKernel, HalvesAreWithinAPartIn2048) {
  testing::Random random(3);
  const Tensor weights = random.tensor(Shape::features(5000));
  for (const float weight : weights.span()) {
    EXPECT_LE(std::abs(as_half(weight) - static_cast<double>(weight)),
              std::abs(static_cast<double>(weight)) / 2048 + 0x1p-25);
  }
}

/// Rows that come some at a time, and rows that are filled up.
TEST(NarrowKernel, IntegersAreWithinHalfOfTheOutputsScale) {
  testing::Random random(4);
  for (const Index outputs : {1, 15, 16, 33}) {
    const Index inputs = 9;
    const Tensor weights = random.tensor(Shape::features(inputs * outputs));
    NarrowKernel kernel(WeightsType::int8, inputs, outputs);
    const auto row = static_cast<std::size_t>(outputs);
    const auto first = weights.span().first(4 * row);
    const auto rest = weights.span().subspan(4 * row);
    kernel.scale_for(first);
    kernel.scale_for(rest);
    kernel.set_rows(0, first);
    kernel.set_rows(4, rest);
    for (Index output = 0; output < outputs; ++output) {
      const auto scale = static_cast<double>(kernel.scales()[output]);
      double largest = 0;
      for (Index input = 0; input < inputs; ++input) {
        const auto weight =
            static_cast<double>(weights.span()[static_cast<std::size_t>(input * outputs + output)]);
        largest = std::max(largest, std::abs(weight));
        EXPECT_NEAR(kernel.integers()[input * kernel.stride() + output] * scale, weight,
                    scale * 0.5001);
      }
      EXPECT_NEAR(scale, largest / 127, 1e-7);
    }
    for (Index i = outputs; i < kernel.stride(); ++i) EXPECT_EQ(kernel.integers()[i], 0);
  }
}

TEST(NarrowKernel, OutputsWithoutWeightsAreZero) {
  NarrowKernel kernel(WeightsType::int8, 2, 1);
  const std::vector<float> zeros = {0, 0};
  kernel.scale_for(zeros);
  kernel.set_rows(0, zeros);
  EXPECT_EQ(kernel.integers()[0], 0);
  EXPECT_EQ(kernel.scales()[0], 0.0F);
}

TEST(NarrowKernel, TakesAsManyBytesAsItSays) {
  EXPECT_EQ(kernel_bytes(WeightsType::float32, 100, 32), 12800U);
  EXPECT_EQ(kernel_bytes(WeightsType::float16, 100, 32), 6400U);
  EXPECT_EQ(kernel_bytes(WeightsType::int8, 100, 32), 3200U + 128U);
  for (const WeightsType type : {WeightsType::float16, WeightsType::int8}) {
    EXPECT_EQ(NarrowKernel(type, 7, 21).bytes(), kernel_bytes(type, 7, 21));
  }
}

TEST(WeightsType, IsFoundByItsName) {
  for (const WeightsType type : {WeightsType::float32, WeightsType::float16, WeightsType::int8}) {
    EXPECT_EQ(find_weights_type(name(type)), type);
  }
  EXPECT_EQ(find_weights_type("float64"), std::nullopt);
}

}  // namespace
}  // namespace shoal::graph
