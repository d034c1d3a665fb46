#include "shoal/base/finite.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace shoal {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float no_number = std::numeric_limits<float>::quiet_NaN();

TEST(FirstBeyond, FindsOneAtEveryPlace) {
  for (const std::size_t size : {1U, 15U, 16U, 1023U, 1024U, 1025U, 3000U}) {
    std::vector<float> values(size, std::numeric_limits<float>::max());
    values.front() = -0.0F;
    EXPECT_FALSE(first_beyond(values)) << size;
    for (std::size_t i = 0; i < size; ++i) {
      for (const float other : {infinity, -infinity, no_number, -no_number}) {
        const float before = values[i];
        values[i] = other;
        EXPECT_EQ(first_beyond(values), i);
        values[i] = before;
      }
    }
  }
}

TEST(FirstBeyond, TakesALimit) {
  const std::vector<float> values = {1, -65504, 65519.996F, -65520, no_number};
  EXPECT_EQ(first_beyond(values, 65520), 3U);
  EXPECT_EQ(first_beyond(values, 2), 1U);
  EXPECT_EQ(first_beyond(values), 4U);
  EXPECT_FALSE(first_beyond({}));
}

}  // namespace
}  // namespace shoal
