#pragma once

#include "shoal/profile/profile.hpp"

namespace shoal::testing {

/// A device about as fast as a Raspberry Pi 3 with a plain framework, `speed` times.
inline profile::Device pi(double speed = 1, Bytes memory = 400'000'000) {
  using profile::Kind;
  profile::Device device;
  device.name = "pi";
  device.memory = memory;
  device.cores = 4;
  const auto law = [&](double flops_per_second, double bytes_per_second) {
    return profile::Law{0.002 / speed, 1 / flops_per_second / speed, 1 / bytes_per_second / speed,
                        0};
  };
  device.laws = {{Kind::convolution, law(3.8e9, 4e9)}, {Kind::first_convolution, law(1.3e9, 4e9)},
                 {Kind::pointwise, law(1.7e9, 4e9)},   {Kind::convolution_3d, law(3.6e9, 4e9)},
                 {Kind::depthwise, law(0.5e9, 4e9)},   {Kind::dense, law(4e9, 0.9e9)},
                 {Kind::pool, law(0.2e9, 1e9)},        {Kind::elementwise, law(1e9, 1e9)}};
  return device;
}

/// Such devices on lines of so many bytes per second.
inline profile::Profile cluster(std::vector<profile::Device> devices,
                                double bytes_per_second = 94.1e6 / 8) {
  profile::Profile profile;
  profile.name = "test";
  profile.devices = std::move(devices);
  profile.network.link = {150e-6, bytes_per_second};
  return profile;
}

}  // namespace shoal::testing
