#include "shoal/kernels/weights.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace shoal::kernels {
namespace {

graph::LayerWeights loaded() {
  graph::LayerWeights weights;
  weights.kernel = AlignedBuffer(6);
  std::fill(weights.kernel.span().begin(), weights.kernel.span().end(), 2.0F);
  weights.bias = AlignedBuffer(3);
  return weights;
}

/// Twice the sum of the kernel.
struct Doubled {
  float value = 0;
  static constexpr Bytes size = 100;
  [[nodiscard]] static Bytes bytes() { return size; }
};

Doubled doubled(const AlignedBuffer& kernel) {
  Doubled result;
  for (const float value : kernel.span()) result.value += 2 * value;
  return result;
}

TEST(Weights, ArePackedOnceForAll) {
  int packed = 0;
  Weights weights(loaded());
  const auto pack = [&](const AlignedBuffer& kernel) {
    ++packed;
    return doubled(kernel);
  };
  const auto first = weights.packed<Doubled>(0, pack);
  EXPECT_EQ(first->value, 24);
  EXPECT_EQ(weights.packed<Doubled>(0, pack), first);
  EXPECT_EQ(packed, 1);
  EXPECT_NE(weights.packed<Doubled>(1, pack), first) << "another variant";
  EXPECT_EQ(packed, 2);
}

TEST(Weights, ThatWereGivenStay) {
  Weights weights(loaded());
  weights.packed<Doubled>(0, doubled);
  EXPECT_EQ(weights.bytes(), 9 * sizeof(float) + Doubled::size);
  EXPECT_EQ(weights.kernel().size(), 6U);
}

TEST(Weights, ThatWereLoadedGiveWayAndAreLoadedAgain) {
  int asked = 0;
  Weights weights([&] {
    ++asked;
    return loaded();
  });
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(weights.bytes(), 9 * sizeof(float));
  weights.packed<Doubled>(0, doubled);
  EXPECT_EQ(weights.bytes(), 3 * sizeof(float) + Doubled::size);
  EXPECT_EQ(weights.kernel_size(), 6U);
  EXPECT_EQ(weights.packed<Doubled>(0, doubled)->value, 24);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(weights.packed<Doubled>(1, doubled)->value, 24);
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace shoal::kernels
