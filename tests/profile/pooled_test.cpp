#include "shoal/profile/pooled.hpp"

#include <gtest/gtest.h>

namespace shoal::profile {
namespace {

using graph::ConvolutionAlgorithm;

/// A device that measured two layers.
Device device(Seconds first, Seconds second,
              ConvolutionAlgorithm algorithm = ConvolutionAlgorithm::direct) {
  Device device;
  device.name = "pi";
  device.memory = 1000;
  device.laws[Kind::convolution] = {0, first, 0, 0.1};
  Work work{"net", "a", Kind::convolution};
  work.flops = 1;
  device.measurements.push_back({work, first, algorithm});
  work.layer = "b";
  device.measurements.push_back({work, second, algorithm});
  return device;
}

Profile of(std::vector<Device> devices) {
  Profile profile;
  profile.devices = std::move(devices);
  return profile;
}

TEST(Pooled, EqualDevicesGetTheMeanOfWhatTheyMeasured) {
  const Profile result = pooled(of({device(1.0, 2.0), device(1.1, 1.95)}));
  EXPECT_TRUE(same_kind(result.devices[0], result.devices[1]));
  EXPECT_DOUBLE_EQ(result.devices[0].measurements[0].seconds, 1.05);
  EXPECT_DOUBLE_EQ(result.devices[0].measurements[1].seconds, 1.975);
  EXPECT_DOUBLE_EQ(result.devices[0].laws.at(Kind::convolution).per_flop, 1.05);
}

TEST(Pooled, EachWorkIsDoneByTheAlgorithmThatWasFastestOnAnyOfThem) {
  const Profile result = pooled(of({device(1.0, 2.0, ConvolutionAlgorithm::direct),
                                    device(1.05, 1.95, ConvolutionAlgorithm::winograd4)}));
  for (const Device& device : result.devices) {
    EXPECT_EQ(device.measurements[0].algorithm, ConvolutionAlgorithm::direct);
    EXPECT_EQ(device.measurements[1].algorithm, ConvolutionAlgorithm::winograd4);
  }
}

TEST(Pooled, ADeviceThatTakesLongerStaysByItself) {
  const Profile given = of({device(1.0, 2.0), device(1.1, 2.2), device(1.02, 2.0)});
  const Profile result = pooled(given);
  EXPECT_EQ(result.devices[1], given.devices[1]) << "a tenth slower";
  EXPECT_TRUE(same_kind(result.devices[0], result.devices[2]));
  EXPECT_DOUBLE_EQ(result.devices[0].measurements[0].seconds, 1.01);
}

TEST(Pooled, NamesAndMemoryStay) {
  Profile given = of({device(1.0, 2.0), device(1.01, 2.0)});
  given.devices[1].name = "other";
  given.devices[1].memory = 500;
  const Profile result = pooled(given);
  EXPECT_EQ(result.devices[1].name, "other");
  EXPECT_EQ(result.devices[1].memory, 500U);
  EXPECT_EQ(result.devices[0].measurements, result.devices[1].measurements);
}

TEST(Pooled, WhatWasWrittenByHandStays) {
  Profile given = of({device(1.0, 2.0), device(1.01, 2.0)});
  for (Device& one : given.devices) one.measurements.clear();
  EXPECT_EQ(pooled(given), given);
}

TEST(Pooled, DevicesThatMeasuredOtherWorksOrHaveOtherCoresStay) {
  Profile given = of({device(1.0, 2.0), device(1.01, 2.0)});
  given.devices[1].measurements[0].work.fraction = 0.5;
  EXPECT_EQ(pooled(given), given);
  given = of({device(1.0, 2.0), device(1.01, 2.0)});
  given.devices[1].cores = 4;
  EXPECT_EQ(pooled(given), given);
}

}  // namespace
}  // namespace shoal::profile
