#include "kernels/gemv.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "shoal/kernels/threads.hpp"

#include "kernels/needed_rows.hpp"
#include "support/random.hpp"

namespace shoal::kernels {
namespace {

using graph::NarrowKernel;
using graph::WeightsType;

struct Case {
  Index rows = 0;
  Index columns = 0;
  std::vector<float> x;
  std::vector<float> a;
};

/// Every `zeros`th factor is zero, or none.
Case random_case(testing::Random& random, Index rows, Index columns, Index zeros) {
  Case made{rows, columns, std::vector<float>(static_cast<std::size_t>(rows)),
            std::vector<float>(static_cast<std::size_t>(rows * columns))};
  random.fill(made.x);
  random.fill(made.a);
  for (std::size_t i = 0; zeros > 0 && i < made.x.size(); i += static_cast<std::size_t>(zeros)) {
    made.x[i] = 0;
  }
  return made;
}

/// Largest difference to what double precision gives for the weights that `weight` tells.
template <typename Weight>
double error(const Case& given, const std::vector<float>& y, const Weight& weight) {
  double largest = 0;
  for (Index column = 0; column < given.columns; ++column) {
    double sum = 0;
    for (Index row = 0; row < given.rows; ++row) {
      sum += static_cast<double>(given.x[static_cast<std::size_t>(row)]) * weight(row, column);
    }
    const auto got = static_cast<double>(y[static_cast<std::size_t>(column)]);
    largest = std::max(largest, std::isnan(got) ? 1.0 : std::abs(got - sum));
  }
  return largest / std::sqrt(static_cast<double>(given.rows));
}

std::vector<float> no_numbers(Index count) {
  return std::vector<float>(static_cast<std::size_t>(count), std::nanf(""));
}

/// More columns than stay in the cache, fewer than a vector, and not whole vectors; rows that fill
/// no streams.
const std::vector<std::pair<Index, Index>> sizes = {
    {1, 1}, {3, 5}, {4, 16}, {7, 64}, {5, 65}, {130, 1}, {63, 1000}, {9, 4097}, {2, 9000}};

class GemvTest : public ::testing::TestWithParam<int> {
 protected:
  Threads threads_{GetParam()};
  testing::Random random_{8};
};
INSTANTIATE_TEST_SUITE_P(Threads, GemvTest, ::testing::Values(1, 2, 3));

TEST_P(GemvTest, IsThatOfDoublePrecision) {
  for (const auto& size : sizes) {
    const Index rows = size.first;
    const Index columns = size.second;
    for (const Index zeros : {0, 1, 2, 3}) {
      const Case given = random_case(random_, rows, columns, zeros);
      std::vector<float> y = no_numbers(columns);
      gemv({given.x.data(), given.a.data(), rows, columns, y.data()});
      const auto weight = [&](Index row, Index column) {
        return static_cast<double>(given.a[static_cast<std::size_t>(row * columns + column)]);
      };
      EXPECT_LE(error(given, y, weight), 1e-6) << rows << " x " << columns << ", " << zeros;
    }
  }
}

TEST_P(GemvTest, OfNarrowKernelsIsThatOfTheirNumbers) {
  for (const auto& size : sizes) {
    const Index rows = size.first;
    const Index columns = size.second;
    for (const WeightsType type : {WeightsType::float16, WeightsType::int8}) {
      const Case given = random_case(random_, rows, columns, 3);
      NarrowKernel kernel(type, rows, columns);
      kernel.scale_for(given.a);
      kernel.set_rows(0, given.a);
      std::vector<float> y = no_numbers(columns);
      gemv(given.x.data(), kernel, y.data());
      const double rounding = type == WeightsType::float16 ? 0x1p-11 : 0.5 / 127;
      const auto weight = [&](Index row, Index column) {
        const auto exact =
            static_cast<double>(given.a[static_cast<std::size_t>(row * columns + column)]);
        if (type == WeightsType::float16) return exact;
        return kernel.integers()[row * kernel.stride() + column] *
               static_cast<double>(kernel.scales()[column]);
      };
      const double most = type == WeightsType::float16 ? rounding : 1e-6;
      EXPECT_LE(error(given, y, weight), most) << rows << " x " << columns << " " << name(type);
    }
  }
}

TEST(NeededRows, AreThoseOfAFactorInStreamsOfOneLength) {
  const std::vector<float> x = {0, 2, 0, 3, 4, 0, 5, 6, 7};
  const NeededRows rows(x.data(), 9);
  ASSERT_EQ(rows.stream_length(), 2U);
  double sum = 0;
  std::vector<Index> with_factor;
  for (std::size_t stream = 0; stream < NeededRows::streams; ++stream) {
    for (std::size_t i = 0; i < rows.stream_length(); ++i) {
      const NeededRows::Row& row = rows.row(stream, i);
      if (row.factor == 0) continue;
      EXPECT_EQ(row.factor, x[static_cast<std::size_t>(row.index)]);
      with_factor.push_back(row.index);
      sum += static_cast<double>(row.factor);
    }
  }
  EXPECT_EQ(sum, 27);
  EXPECT_EQ(with_factor, (std::vector<Index>{1, 3, 4, 6, 7, 8}));
}

TEST(NeededRows, AreNoneOfZeros) {
  const std::vector<float> x = {0, 0, 0};
  EXPECT_EQ(NeededRows(x.data(), 3).stream_length(), 0U);
}

}  // namespace
}  // namespace shoal::kernels
