#include "cli/profile_table.hpp"

#include <algorithm>
#include <map>

#include <fmt/core.h>

#include "cli/table.hpp"
#include "cli/terminal.hpp"

namespace shoal::cli {
namespace {

/// `3.8 GFLOP/s` of seconds for each; `-` where there are none.
std::string rate(double seconds_each, const char* unit) {
  return seconds_each > 0 ? human_count(1 / seconds_each, unit) : "-";
}

/// `direct 2, winograd4 17`: by what how many of a kind were measured.
std::string algorithms(const profile::Device& device, profile::Kind kind) {
  std::map<graph::ConvolutionAlgorithm, int> counts;
  for (const profile::Measurement& one : device.measurements) {
    if (one.work.kind == kind && one.algorithm) ++counts[*one.algorithm];
  }
  std::string text;
  for (const auto& [algorithm, count] : counts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", graph::name(algorithm), count);
  }
  return text;
}

std::string laws(const profile::Profile& profile) {
  using Align = Table::Align;
  Table table({{"device", Align::left},
               {"kind", Align::left},
               {"measured"},
               {"error"},
               {"fixed"},
               {"computes"},
               {"moves"},
               {"fastest by", Align::left}},
              2);
  for (const profile::Device& device : profile.devices) {
    for (const auto& [kind, law] : device.laws) {
      const auto measured = std::count_if(
          device.measurements.begin(), device.measurements.end(),
          [&kind = kind](const profile::Measurement& one) { return one.work.kind == kind; });
      table.add({device.name, std::string(profile::name(kind)), fmt::format("{}", measured),
                 fmt::format("{:.1f} %", 100 * law.error),
                 fmt::format("{:.1f} us", 1e6 * law.fixed), rate(law.per_flop, "FLOP/s"),
                 rate(law.per_byte, "B/s"), algorithms(device, kind)});
    }
  }
  return table.text();
}

std::string memory(const profile::Profile& profile) {
  Bytes least = profile.devices.front().memory;
  Bytes most = least;
  for (const profile::Device& device : profile.devices) {
    least = std::min(least, device.memory);
    most = std::max(most, device.memory);
  }
  if (least == most) return fmt::format("memory {} each\n", human_bytes(least));
  return fmt::format("memory {} to {}\n", human_bytes(least), human_bytes(most));
}

std::string network(const profile::Network& network) {
  if (network.link.bytes_per_second == 0) {
    return "one rank has no network: add one to the profile, or measure with mpirun -n 2\n";
  }
  std::string text =
      fmt::format("link {:.1f} us, {}\nexchanges, times the line's:", 1e6 * network.link.latency,
                  human_count(network.link.bytes_per_second, "B/s"));
  for (const auto& [pattern, factor] : network.slowdown) {
    text += fmt::format(" {} {:.2f}", split::name(pattern), factor);
  }
  const std::size_t second = text.find('\n') + 1;
  return text.substr(0, second) + wrapped(text.substr(second), 2) + "\n";
}

}  // namespace

std::string profile_table(const profile::Profile& profile) {
  return laws(profile) + memory(profile) + network(profile.network);
}

}  // namespace shoal::cli
