#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shoal/graph/convolution_algorithm.hpp"
#include "shoal/profile/work.hpp"
#include "shoal/split/redistribution.hpp"

namespace shoal::profile {

/// seconds = fixed + flops * per_flop + bytes * per_byte, fitted to what was measured.
struct Law {
  Seconds fixed = 0;
  double per_flop = 0;
  double per_byte = 0;
  /// The fit's median relative error over the measurements that it was made from.
  double error = 0;

  [[nodiscard]] Seconds operator()(double flops, double bytes) const {
    return fixed + flops * per_flop + bytes * per_byte;
  }
  friend bool operator==(const Law&, const Law&) = default;
};

/// No clock tells less. What took no longer was computed in the pass of another layer.
inline constexpr Seconds least_time = 1e-9;

/// Measured time of a shard of a layer. Its own geometry counts: a layer of another input size is
/// predicted from it by the law.
struct Measurement {
  Work work;
  Seconds seconds = 0;
  /// Of a convolution that can be computed in several ways, by what this was: the fastest of them.
  std::optional<graph::ConvolutionAlgorithm> algorithm = {};

  friend bool operator==(const Measurement&, const Measurement&) = default;
};

/// One device: what it can hold and how long it takes.
struct Device {
  std::string name;
  Bytes memory = 0;  ///< for weights and activations; what is held beyond it is paged
  int cores = 1;
  double paging_rate = 0;  ///< bytes per second that come back from storage; 0: it has no swap
  std::map<Kind, Law> laws;
  std::vector<Measurement> measurements;

  /// Time of the work while everything fits in memory. The law of its kind, corrected by what was
  /// measured of the same layer: between two measured fractions of one cut the correction is
  /// interpolated, beyond them it is that of the nearest. A chunk of a shard of channels is
  /// corrected for both: fewer channels, and fewer pixels. An Error where the device has no law for
  /// it.
  [[nodiscard]] Seconds time(const Work& work) const;
  /// Fastest algorithm of a convolution: that of the nearest measured fraction of the same cut.
  /// Nothing where the layer was not measured, or not in several ways.
  [[nodiscard]] std::optional<graph::ConvolutionAlgorithm> algorithm(const Work& work) const;
  /// Additional time of a frame because `held` bytes do not fit: what is missing comes from storage
  /// every time. Infinite where there is no swap.
  [[nodiscard]] Seconds paging(Bytes held) const;

  friend bool operator==(const Device&, const Device&) = default;
};

/// Whether two devices are alike in all but their names.
bool same_kind(const Device& a, const Device& b);

/// A message of n bytes takes latency + n / bytes_per_second.
struct Link {
  Seconds latency = 0;
  double bytes_per_second = 0;

  friend bool operator==(const Link&, const Link&) = default;
};

/// The network between the devices: each has one full-duplex line to a switch. Of one that is not
/// known (no bytes in a second) every transfer takes for ever.
struct Network {
  Link link;                                    ///< between any two that `pairs` does not name
  std::map<std::pair<Rank, Rank>, Link> pairs;  ///< from, to
  /// By pattern of transfer: how many times what the line alone would take it really takes.
  std::map<split::Pattern, double> slowdown;

  [[nodiscard]] const Link& between(Rank from, Rank to) const;
  /// Bytes per second of a device's own line: that of its best link.
  [[nodiscard]] double line_speed(Rank rank) const;
  /// Time of a redistribution when all its participants are ready: the busiest line's bytes, and a
  /// latency for each message that must wait for another.
  [[nodiscard]] Seconds time(const split::Redistribution& redistribution) const;

  friend bool operator==(const Network&, const Network&) = default;

 private:
  [[nodiscard]] Link slowest_among(const std::vector<split::RankBytes>& ranks) const;
};

/// Devices of a cluster and the network between them: measured (shoal profile) or written by hand.
/// Rank r of a plan runs on device r.
struct Profile {
  std::string name;
  std::string source;  ///< where the numbers come from
  std::vector<Device> devices;
  Network network;

  [[nodiscard]] const Device& operator[](Rank rank) const {
    return devices[static_cast<std::size_t>(rank.value)];
  }
  /// The first `count` devices; of a profile of one device as many copies. An Error where it has
  /// fewer.
  [[nodiscard]] Profile of_size(std::size_t count) const;

  friend bool operator==(const Profile&, const Profile&) = default;
};

}  // namespace shoal::profile
