#include "shoal/profile/fit.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "support/error_text.hpp"

namespace shoal::profile {
namespace {

Measurement measured(double flops, double bytes, Seconds seconds) {
  Measurement one;
  one.work.flops = flops;
  one.work.bytes = bytes;
  one.seconds = seconds;
  return one;
}

/// What a device that follows the law takes for works of many sizes and intensities, each time off
/// by up to `noise` of it.
std::vector<Measurement> of_law(const Law& law, double noise, std::size_t count) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> exponent(0, 1);
  std::uniform_real_distribution<double> off(1 - noise, 1 + noise);
  std::vector<Measurement> measurements;
  for (std::size_t i = 0; i < count; ++i) {
    const double flops = std::pow(10, 6 + 4 * exponent(random));
    const double bytes = flops / std::pow(10, 3 * exponent(random));
    measurements.push_back(measured(flops, bytes, law(flops, bytes) * off(random)));
  }
  return measurements;
}

void expect_law(const Law& found, const Law& wanted, double tolerance) {
  EXPECT_NEAR(found.fixed, wanted.fixed, tolerance * wanted.fixed);
  EXPECT_NEAR(found.per_flop, wanted.per_flop, tolerance * wanted.per_flop);
  EXPECT_NEAR(found.per_byte, wanted.per_byte, tolerance * wanted.per_byte);
}

TEST(Fit, FindsTheLawThatTimesFollow) {
  const std::vector<Law> laws = {{5e-3, 3e-10, 1e-9}, {0, 3e-10, 1e-9}, {5e-3, 0, 1e-9},
                                 {5e-3, 3e-10, 0},    {0, 0, 1e-9},     {0, 3e-10, 0},
                                 {5e-3, 0, 0}};
  for (const Law& law : laws) {
    const Law found = fit(of_law(law, 0, 40));
    expect_law(found, law, 1e-6);
    EXPECT_LT(found.error, 1e-9);
  }
}

TEST(Fit, IsNotMisledByNoise) {
  const Law law{5e-3, 3e-10, 1e-9};
  const Law found = fit(of_law(law, 0.1, 2000));
  expect_law(found, law, 0.05);
  EXPECT_NEAR(found.error, 0.05, 0.01) << "the median of what is even between 0 and 0.1";
}

TEST(Fit, IsNearestInRelativeTerms) {
  // Least squares of the times themselves would say 2e-3.
  const Law found = fit(std::vector{measured(1e6, 1, 1e-3), measured(1e6, 1, 3e-3),
                                    measured(1e9, 1, 1.0), measured(1e9, 1, 1.0)});
  EXPECT_NEAR(found(1e6, 1), 1.2e-3, 1e-6);
  EXPECT_NEAR(found(1e9, 1), 1.0, 1e-3);
}

TEST(Fit, GivesNoNegativeCoefficients) {
  // Larger works that take less: a line through them would fall.
  const Law found = fit(
      std::vector{measured(1e6, 1e6, 2e-3), measured(2e6, 1e6, 1e-3), measured(4e6, 1e6, 1e-3)});
  EXPECT_GE(found.fixed, 0);
  EXPECT_EQ(found.per_flop, 0);
  EXPECT_GE(found.per_byte, 0);
}

/// The optimum's conditions: no small step that stays non-negative betters the fit.
TEST(Fit, IsOptimal) {
  const auto error_of = [](const Law& law, const std::vector<Measurement>& measurements) {
    double sum = 0;
    for (const Measurement& one : measurements) {
      const double error = law(one.work.flops, one.work.bytes) / one.seconds - 1;
      sum += error * error;
    }
    return sum;
  };
  std::mt19937 random(3);
  std::uniform_real_distribution<double> any(0.5, 2);
  for (int round = 0; round < 50; ++round) {
    std::vector<Measurement> measurements;
    for (int i = 0; i < 6; ++i) {
      measurements.push_back(measured(1e9 * any(random), 1e7 * any(random), any(random)));
    }
    const Law best = fit(measurements);
    for (const double step : {-1e-4, 1e-4}) {
      for (const auto& [coefficient, scale] :
           {std::pair{&Law::fixed, 1.0}, {&Law::per_flop, 1e-9}, {&Law::per_byte, 1e-7}}) {
        Law other = best;
        other.*coefficient = std::max(0.0, other.*coefficient + step * scale);
        EXPECT_GE(error_of(other, measurements), error_of(best, measurements) - 1e-12)
            << "round " << round;
      }
    }
  }
}

TEST(Fit, OfOneMeasurementIsItsRate) {
  const Law found = fit(std::vector{measured(2e9, 4e6, 0.5)});
  EXPECT_DOUBLE_EQ(found.per_flop, 0.25e-9);
  EXPECT_EQ(found.fixed, 0);
  EXPECT_EQ(found.per_byte, 0);
  EXPECT_LT(found.error, 1e-12);
}

TEST(Fit, OfEqualWorksIsTheirRate) {
  const Law found =
      fit(std::vector{measured(1e9, 1e6, 0.9), measured(1e9, 1e6, 1.0), measured(1e9, 1e6, 1.1)});
  EXPECT_NEAR(found(1e9, 1e6), 1.0, 0.02);
  EXPECT_NEAR(found.error, 0.1, 0.02);
  EXPECT_EQ(found.fixed, 0);
}

TEST(Fit, OfWorksOfOneIntensityIsTheirRate) {
  const Law found = fit(std::vector{measured(1e9, 1e6, 1), measured(2e9, 2e6, 2)});
  EXPECT_DOUBLE_EQ(found(5e8, 5e5), 0.5);
}

TEST(Fit, NeedsAMeasurement) {
  EXPECT_EQ(shoal::testing::error_text([] { fit({}); }), "no law can be fitted to no measurements");
}

TEST(FitLaws, FitsEachKindByItself) {
  Device device;
  device.laws[Kind::pool] = {1, 2, 3, 4};
  device.measurements = {measured(1e9, 1e6, 1), measured(1e9, 1e6, 4)};
  device.measurements[0].work.kind = Kind::dense;
  device.measurements[1].work.kind = Kind::depthwise;
  fit_laws(device);
  EXPECT_DOUBLE_EQ(device.laws.at(Kind::dense)(1e9, 1e6), 1);
  EXPECT_DOUBLE_EQ(device.laws.at(Kind::depthwise)(1e9, 1e6), 4);
  EXPECT_EQ(device.laws.at(Kind::pool), (Law{1, 2, 3, 4})) << "not measured, not touched";
  EXPECT_EQ(device.laws.size(), 3U);
}

}  // namespace
}  // namespace shoal::profile
