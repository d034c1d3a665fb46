#include "shoal/runtime/memory_need.hpp"

#include <algorithm>

#include "shoal/base/error.hpp"
#include "shoal/program/counts.hpp"
#include "shoal/runtime/available_memory.hpp"

namespace shoal::runtime {
namespace {

bool is_mapped(const graph::Graph& graph, const program::Compute& step) {
  return std::holds_alternative<graph::Dense>(graph[step.layer].op) &&
         graph.weights_type() == graph::WeightsType::float32;
}

/// What a user can do about too little.
std::string remedy(std::size_t ranks, Bytes available) {
  const Bytes share = available / ranks;
  const Bytes room = share - std::min(share, process_memory);
  std::string text = "plan for more devices";
  if (room > 0) text += fmt::format(" (shoal plan --memory {}MB)", room / 1'000'000);
  if (ranks > 1) text += ", start fewer ranks on this host";
  return text + ", or hold the weights narrower (--weights-dtype)";
}

std::string shared(std::size_t ranks, Bytes sum) {
  if (ranks == 1) return "";
  return fmt::format(", {} with the host's other ranks", human_bytes(sum));
}

}  // namespace

MemoryNeed memory_need(const std::vector<program::Program>& lanes, Rank rank, bool maps_weights) {
  program::HeldWeights held;
  program::HeldWeights mapped;
  Bytes most_activations = 0;
  Bytes ahead = 0;
  for (const program::Program& lane : lanes) {
    for (const program::Step& step : lane.of(rank)) {
      const auto* compute = std::get_if<program::Compute>(&step);
      if (compute == nullptr) continue;
      (maps_weights && is_mapped(lane.graph, *compute) ? mapped : held).add(lane, *compute);
    }
    const program::Counts counts = program::count(lane, rank);
    most_activations = std::max(most_activations, counts.peak_activations);
    ahead += counts.ahead;
  }
  const Bytes least = held.bytes() + most_activations;
  return {least, least + mapped.bytes() + ahead + process_memory};
}

std::optional<std::string> check_memory(const std::vector<MemoryNeed>& ranks,
                                        const MemoryNeed& rank, const HostMemory& host) {
  MemoryNeed sum;
  for (const MemoryNeed& one : ranks) {
    sum.least += one.least;
    sum.usual += one.usual;
  }
  if (sum.least > host.with_swap) {
    throw Error("needs {} for its weights and activations{}; {} are available, swap included: {}",
                human_bytes(rank.least), shared(ranks.size(), sum.least),
                human_bytes(host.with_swap), remedy(ranks.size(), host.free));
  }
  if (sum.usual <= host.free) return std::nullopt;
  return fmt::format(
      "needs about {}{}, more than the {} available: {}; {}", human_bytes(rank.usual),
      shared(ranks.size(), sum.usual), human_bytes(host.free),
      sum.usual <= host.with_swap ? "it will swap" : "the system may kill it (signal 9)",
      remedy(ranks.size(), host.free));
}

}  // namespace shoal::runtime
