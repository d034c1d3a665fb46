#include "shoal/profile/typical.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <stdexcept>
#include <string_view>

namespace shoal::profile {
namespace {

/// What a processor does, roughly.
struct Processor {
  std::string_view core;    ///< begins with this
  double flops_per_core;    ///< per second, in a large product of matrices
  double bytes_per_second;  ///< from main memory, all cores together
  double line;              ///< bytes per second of its computer's network
};

constexpr double gigabit = 112e6;
constexpr double fast_ethernet = 11.7e6;

/// The first whose name fits. Measured on the first one (docs/performance.md); data sheets and
/// published measurements of the others, halved, since no product reaches them.
constexpr std::array processors = {
    Processor{"SkylakeX", 200e9, 30e9, gigabit}, Processor{"Cooperlake", 200e9, 30e9, gigabit},
    Processor{"Sapphire", 200e9, 30e9, gigabit}, Processor{"Haswell", 60e9, 20e9, gigabit},
    Processor{"Zen", 60e9, 20e9, gigabit},       Processor{"CORTEXA53", 2.5e9, 2e9, fast_ethernet},
    Processor{"ARMV7", 2.5e9, 2e9, gigabit},     Processor{"CORTEX", 8e9, 4e9, gigabit},
    Processor{"ARMV8", 8e9, 4e9, gigabit},       Processor{"NEOVERSE", 30e9, 40e9, gigabit},
    Processor{"", 10e9, 8e9, gigabit},
};

/// Between ranks of one host: a message is copied, and its receiver must be scheduled.
constexpr Link within_host = {30e-6, 3e9};
constexpr Seconds ethernet_latency = 200e-6;

/// What every call of a kernel costs.
constexpr Seconds per_layer = 10e-6;

/// How many times the speed of a large product each kind reaches: 3×3 convolutions by Winograd's
/// transforms more; what has little to compute for each byte less.
constexpr std::array<double, kind_count> efficiency = {
    1.8, 0.6, 0.8, 1.0, 0.2, 1.0, 0.1, 0.1,
};

const Processor& processor_of(std::string_view core) {
  return *std::find_if(processors.begin(), processors.end(),
                       [&](const Processor& one) { return core.starts_with(one.core); });
}

Bytes rounded(Bytes memory) {
  constexpr int significant = 4;
  const Bytes bounded = std::min(memory, most_memory_of_rank);
  const int shift = std::max(0, static_cast<int>(std::bit_width(bounded)) - significant);
  return bounded >> shift << shift;
}

/// The least of all ranks' figures.
template <typename Figure>
double slowest(std::span<const RankShare> ranks, const Figure& figure) {
  double least = std::numeric_limits<double>::infinity();
  for (const RankShare& rank : ranks)
    least = std::min(least, figure(rank, processor_of(rank.core)));
  return least;
}

std::map<Kind, Law> laws_of(double flops, double bytes) {
  std::map<Kind, Law> laws;
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    laws[static_cast<Kind>(kind)] = {per_layer, 1 / (flops * efficiency[kind]), 1 / bytes, 0};
  }
  return laws;
}

}  // namespace

Profile typical_profile(std::span<const RankShare> ranks) {
  if (ranks.empty()) throw std::logic_error("a profile of no ranks");
  const double flops = slowest(ranks, [](const RankShare& rank, const Processor& processor) {
    return rank.cores * processor.flops_per_core;
  });
  const double bytes = slowest(ranks, [](const RankShare& rank, const Processor& processor) {
    return processor.bytes_per_second / rank.ranks_on_host;
  });
  const double line = slowest(
      ranks, [](const RankShare& /*rank*/, const Processor& processor) { return processor.line; });
  const bool is_one_host = std::all_of(ranks.begin(), ranks.end(), [&](const RankShare& rank) {
    return rank.host == ranks.front().host;
  });
  Profile profile;
  profile.name = "equal devices";
  profile.source = "by rule of thumb";
  profile.network.link = is_one_host ? within_host : Link{ethernet_latency, line};
  const std::map<Kind, Law> laws = laws_of(flops, bytes);
  for (const RankShare& rank : ranks) {
    Device device;
    device.name = rank.host;
    device.memory = rounded(rank.memory);
    device.laws = laws;
    profile.devices.push_back(std::move(device));
  }
  return profile;
}

}  // namespace shoal::profile
