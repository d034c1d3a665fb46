#include "shoal/split/wire.hpp"

#include <bit>
#include <cstring>
#include <limits>

#include <gtest/gtest.h>

#include "shoal/tensor/tensor.hpp"

#include "support/random.hpp"

namespace shoal::split {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float no_number = std::numeric_limits<float>::quiet_NaN();
constexpr float largest_half = 65504;

std::vector<float> arrived(WireType type, std::vector<float> values) {
  const Shape shape = Shape::features(static_cast<Index>(values.size()));
  std::vector<float> result(values.size(), -1);
  round(type, ConstView(values.data(), shape), View(result.data(), shape));
  return result;
}

float arrived_alone(WireType type, float value) {
  return arrived(type, {value}).front();
}

/// By the definition of the format (IEEE 754, binary16), of finite ones.
double value_of_half(unsigned bits) {
  const int exponent = static_cast<int>(bits >> 10U & 31U);
  const int fraction = static_cast<int>(bits & 1023U);
  const double magnitude =
      exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return (bits >> 15U) != 0 ? -magnitude : magnitude;
}

constexpr unsigned largest_half_bits = 0x7bff;

TEST(Float16, EveryOneOfItsNumbersArrivesAsItIs) {
  std::vector<float> all;
  for (unsigned bits = 0; bits <= largest_half_bits; ++bits) {
    all.push_back(static_cast<float>(value_of_half(bits)));
    all.push_back(static_cast<float>(value_of_half(bits | 0x8000U)));
  }
  EXPECT_EQ(
      std::memcmp(arrived(WireType::float16, all).data(), all.data(), all.size() * sizeof(float)),
      0);
}

TEST(Float16, TravelsInItsStandardForm) {
  const std::vector<float> values = {1.0F, -2.0F, 65504.0F};
  std::vector<float> words(2);
  pack(WireType::float16, ConstView(values.data(), Shape::features(3)), words);
  const auto halves =
      std::bit_cast<std::array<std::uint16_t, 4>>(std::array<float, 2>{words[0], words[1]});
  EXPECT_EQ(halves, (std::array<std::uint16_t, 4>{0x3c00, 0xc000, 0x7bff, 0}));
}

TEST(Float16, RoundsToTheNearestAndTiesToEven) {
  std::vector<float> between;
  std::vector<float> nearest;
  const auto expect = [&](double value, unsigned bits) {
    between.push_back(static_cast<float>(value));
    nearest.push_back(static_cast<float>(value_of_half(bits)));
  };
  for (unsigned bits = 0; bits < largest_half_bits; ++bits) {
    const double low = value_of_half(bits);
    const double high = value_of_half(bits + 1);
    const double middle = (low + high) / 2;
    expect(middle, bits % 2 == 0 ? bits : bits + 1);
    expect(std::nextafter(static_cast<float>(middle), 0.0F), bits);
    expect(std::nextafter(static_cast<float>(middle), infinity), bits + 1);
  }
  EXPECT_EQ(arrived(WireType::float16, between), nearest);
}

/// Cut off at the largest, an overflow would pass for a value and be noticed by nobody.
TEST(Float16, WhatIsTooLargeBecomesInfinite) {
  EXPECT_EQ(arrived_alone(WireType::float16, 65519.0F), largest_half);
  EXPECT_EQ(arrived_alone(WireType::float16, -65519.0F), -largest_half);
  for (const float value :
       {65520.0F, 65536.0F, 1e10F, std::numeric_limits<float>::max(), infinity}) {
    EXPECT_EQ(arrived_alone(WireType::float16, value), infinity) << value;
    EXPECT_EQ(arrived_alone(WireType::float16, -value), -infinity) << value;
  }
}

TEST(Float16, NoNumberStaysNoneAndZeroItsSign) {
  EXPECT_TRUE(std::isnan(arrived_alone(WireType::float16, no_number)));
  EXPECT_TRUE(std::isnan(arrived_alone(WireType::float16, -no_number)));
  EXPECT_TRUE(std::signbit(arrived_alone(WireType::float16, -0.0F)));
  EXPECT_FALSE(std::signbit(arrived_alone(WireType::float16, 0.0F)));
}

TEST(Int8, WholeMultiplesOfTheScaleArriveAsTheyAre) {
  std::vector<float> values;
  for (int i = -31; i < 32; ++i) values.push_back(static_cast<float>(i) * 0.25F);
  values.push_back(-127 * 0.25F);
  EXPECT_EQ(arrived(WireType::int8, values), values);
}

TEST(Int8, TiesGoToEven) {
  EXPECT_EQ(arrived(WireType::int8, {127, 0.5F, 1.5F, 2.5F, -0.5F, -1.5F, 126.5F}),
            (std::vector<float>{127, 0, 2, 2, 0, -2, 126}));
}

TEST(Int8, EachBlockHasAScaleOfItsOwn) {
  std::vector<float> values(65, 1000.0F);
  values.back() = 0.001F;
  EXPECT_EQ(arrived(WireType::int8, values).back(), 0.001F);
}

TEST(Int8, ZerosAndWhatIsNearlyZeroArriveAsZeros) {
  const std::vector<float> zeros(70, 0.0F);
  EXPECT_EQ(arrived(WireType::int8, zeros), zeros);
  EXPECT_EQ(arrived_alone(WireType::int8, 9e-36F), 0.0F);
  EXPECT_EQ(arrived_alone(WireType::int8, std::numeric_limits<float>::denorm_min()), 0.0F);
  EXPECT_NEAR(arrived_alone(WireType::int8, 2e-35F), 2e-35F, 1e-40F);
}

TEST(Int8, WhatIsNotFiniteSpoilsItsBlockAndNoOther) {
  for (const float bad : {infinity, -infinity, no_number}) {
    std::vector<float> values(130, 1.0F);
    values[70] = bad;
    const std::vector<float> result = arrived(WireType::int8, values);
    for (std::size_t i = 0; i < result.size(); ++i) {
      EXPECT_EQ(std::isnan(result[i]), i >= 64 && i < 128) << bad << " at " << i;
    }
  }
  constexpr float most = std::numeric_limits<float>::max();
  EXPECT_NEAR(arrived_alone(WireType::int8, most) / most, 1, 1e-6);
}

/// Values of very different sizes: some blocks of large ones, some of small ones.
std::vector<float> random_values(testing::Random& random, std::size_t count) {
  std::vector<float> values(count);
  random.fill(values);
  for (float& value : values) value = std::ldexp(value, static_cast<int>(random.between(-12, 12)));
  return values;
}

TEST(Wire, EveryLengthArrivesWithinTheErrorOfItsType) {
  testing::Random random(21);
  for (std::size_t count = 1; count < 300; ++count) {
    const std::vector<float> values = random_values(random, count);
    EXPECT_EQ(arrived(WireType::float32, values), values);
    const std::vector<float> halves = arrived(WireType::float16, values);
    const std::vector<float> bytes = arrived(WireType::int8, values);
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_LE(std::abs(halves[i] - values[i]),
                rounding_error(WireType::float16) * std::abs(values[i]) + 0x1p-25)
          << i << " of " << count;
      const std::size_t block = i / 64 * 64;
      float largest = 0;
      for (std::size_t k = block; k < std::min(count, block + 64); ++k) {
        largest = std::max(largest, std::abs(values[k]));
      }
      EXPECT_LE(std::abs(bytes[i] - values[i]),
                rounding_error(WireType::int8) * largest * (1 + 1e-4))
          << i << " of " << count;
    }
  }
}

TEST(Wire, RoundingAgainChangesNothingOfFloat16AndHardlyAnythingOfInt8) {
  testing::Random random(22);
  const std::vector<float> values = random_values(random, 1000);
  const std::vector<float> halves = arrived(WireType::float16, values);
  EXPECT_EQ(arrived(WireType::float16, halves), halves);
  const std::vector<float> once = arrived(WireType::int8, values);
  const std::vector<float> twice = arrived(WireType::int8, once);
  for (std::size_t i = 0; i < once.size(); ++i) EXPECT_FLOAT_EQ(once[i], twice[i]);
}

/// A region of a larger tensor is packed as if it were dense, whatever its runs of memory.
TEST(Wire, APartOfATensorTravelsAsADenseOne) {
  testing::Random random(23);
  for (int i = 0; i < 200; ++i) {
    const Shape shape = Shape::clip(random.between(1, 3), random.between(1, 9),
                                    random.between(1, 9), random.between(1, 90));
    Tensor from = random.tensor(shape);
    Box box = Box::whole(shape);
    for (const Axis axis : all_axes) {
      const Index begin = random.between(0, shape[axis] - 1);
      box[axis] = {begin, random.between(begin + 1, shape[axis])};
    }
    Tensor dense(box.shape());
    copy(from.view().part(box), dense.view());
    for (const WireType type : wire_types) {
      const auto words = static_cast<std::size_t>(wire_words(type, box.volume()));
      // A word more, which must not be touched.
      std::vector<float> of_part(words + 1, 7.0F);
      std::vector<float> of_dense(words + 1, 7.0F);
      pack(type, from.view().part(box), of_part);
      pack(type, ConstView(dense.view()), of_dense);
      EXPECT_EQ(std::memcmp(of_part.data(), of_dense.data(), of_part.size() * sizeof(float)), 0);
      EXPECT_EQ(of_part.back(), 7.0F);

      Tensor place(shape);
      std::fill(place.span().begin(), place.span().end(), 3.0F);
      unpack(type, of_part, place.view().part(box));
      Tensor expected(box.shape());
      round(type, dense.view(), expected.view());
      Tensor whole(shape);
      std::fill(whole.span().begin(), whole.span().end(), 3.0F);
      copy(expected.view(), whole.view().part(box));
      EXPECT_EQ(std::memcmp(place.span().data(), whole.span().data(), place.span().size_bytes()), 0)
          << to_string(box, shape) << " of " << to_string(shape);
    }
  }
}

}  // namespace
}  // namespace shoal::split
