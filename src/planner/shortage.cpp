#include "planner/shortage.hpp"

#include <algorithm>

#include "shoal/base/units.hpp"

namespace shoal::planner {
namespace {

struct Need {
  graph::LayerId layer;
  Bytes weights = 0;
  Bytes activations = 0;  ///< of its input and output, whole
};

std::vector<Need> needs(const graph::Graph& lowered) {
  std::vector<Need> result;
  for (std::size_t i = 0; i < lowered.size(); ++i) {
    Bytes activations = lowered[{i}].output.bytes();
    for (const Shape& input : lowered.input_shapes({i})) activations += input.bytes();
    result.push_back(
        {{i}, static_cast<Bytes>(lowered.parameters({i})) * sizeof(float), activations});
  }
  return result;
}

}  // namespace

Error shortage(const graph::Graph& lowered, const profile::Profile& profile) {
  const auto count = static_cast<Bytes>(profile.devices.size());
  const auto most = std::max_element(
      profile.devices.begin(), profile.devices.end(),
      [](const profile::Device& a, const profile::Device& b) { return a.memory < b.memory; });
  Bytes all_memory = 0;
  for (const profile::Device& device : profile.devices) all_memory += device.memory;
  Bytes all_weights = 0;
  Need largest;
  for (const Need& need : needs(lowered)) {
    all_weights += need.weights;
    const auto part = [&](const Need& one) { return one.weights / count + one.activations; };
    if (part(need) > part(largest)) largest = need;
  }
  const Bytes part = largest.weights / count + largest.activations;
  if (part > most->memory) {
    return Error(
        "{}: layer {} needs {} for its part on each of {} devices (with its input and output), {} "
        "more than {} has ({})",
        lowered.name(), lowered[largest.layer].name, human_bytes(part), count,
        human_bytes(part - most->memory), most->name, human_bytes(most->memory));
  }
  return Error("{}: does not fit", lowered.name());
}

}  // namespace shoal::planner
