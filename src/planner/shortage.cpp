#include "planner/shortage.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace shoal::planner {
namespace {

struct Need {
  graph::LayerId layer;
  Bytes weights = 0;
  Bytes activations = 0;  ///< of its inputs and its output, whole

  /// On each of `count` devices that share the weights.
  [[nodiscard]] Bytes on_each(Bytes count) const { return weights / count + activations; }
};

std::vector<Need> needs_of(const graph::Graph& lowered) {
  std::vector<Need> needs;
  for (std::size_t i = 0; i < lowered.size(); ++i) {
    Bytes activations = lowered[{i}].output.bytes();
    for (const Shape& input : lowered.input_shapes({i})) activations += input.bytes();
    needs.push_back({{i}, lowered.weight_bytes({i}), activations});
  }
  return needs;
}

}  // namespace

const profile::Device& roomiest(const profile::Profile& profile) {
  return *std::max_element(
      profile.devices.begin(), profile.devices.end(),
      [](const profile::Device& a, const profile::Device& b) { return a.memory < b.memory; });
}

void expect_network(const profile::Profile& profile) {
  const profile::Network& network = profile.network;
  const bool is_known = network.link.bytes_per_second > 0 || !network.pairs.empty();
  if (profile.devices.size() == 1 || is_known) return;
  throw Error(
      "profile {} says nothing of the network between its {} devices: let shoal profile measure "
      "it, or plan for one device",
      profile.name, profile.devices.size());
}

bool weights_fit(const graph::Graph& lowered, Bytes memory, std::size_t devices) {
  return lowered.weight_bytes() <= memory * static_cast<Bytes>(devices);
}

Error shortage(const graph::Graph& lowered, const profile::Profile& profile,
               std::optional<std::size_t> would_do) {
  const auto count = static_cast<Bytes>(profile.devices.size());
  const profile::Device& device = roomiest(profile);
  const std::vector<Need> needs = needs_of(lowered);
  const Need& largest = *std::max_element(
      needs.begin(), needs.end(),
      [&](const Need& a, const Need& b) { return a.on_each(count) < b.on_each(count); });
  // What each device needs at least: its part of the largest layer, or of all weights.
  const Bytes all_weights = lowered.weight_bytes();
  const Bytes needed = std::max(largest.on_each(count), all_weights / count);
  const std::string missing =
      needed > device.memory
          ? fmt::format("{} more than {} has ({})", human_bytes(needed - device.memory),
                        device.name, human_bytes(device.memory))
          : fmt::format("which with the other layers is more than {} has ({})", device.name,
                        human_bytes(device.memory));
  return Error(
      "{} does not fit: layer {} ({} of {} of weights, {} of activations) takes {} on each of {} "
      "device{}, {}; {}",
      lowered.name(), lowered[largest.layer].name, human_bytes(largest.weights),
      human_bytes(all_weights), human_bytes(largest.activations), human_bytes(needed), count,
      count == 1 ? "" : "s", missing,
      would_do ? fmt::format("{} such devices would do", *would_do)
               : std::string("more such devices do not help"));
}

}  // namespace shoal::planner
