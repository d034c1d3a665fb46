#include "shoal/runtime/passes.hpp"

#include <array>

namespace shoal::runtime {
namespace {

using graph::LayerId;

/// Consecutive layers whose shards one device can hold.
struct Segment {
  std::size_t begin = 0;
  bool fits = true;
};

/// The scheme that cuts the layer so; null where none does, and for layers without weights, which
/// follow.
const split::Scheme* scheme_for(const graph::Graph& graph, LayerId layer, const Pass& pass) {
  if (!pass.cut || graph.weights(layer).empty()) return nullptr;
  const bool dense = std::holds_alternative<graph::Dense>(graph[layer].op);
  constexpr std::array<const char*, profile::cut_count> of_dense = {"output", "input", "spatial"};
  constexpr std::array<const char*, profile::cut_count> of_others = {"channel", "filter",
                                                                     "spatial"};
  const auto cut = static_cast<std::size_t>(*pass.cut);
  const split::Scheme* scheme = split::find_scheme(dense ? of_dense[cut] : of_others[cut]);
  return scheme->applies(graph, layer) ? scheme : nullptr;
}

Bytes shard_bytes(const graph::Graph& graph, LayerId layer, const Pass& pass) {
  const Bytes whole = graph.weight_bytes(layer);
  const bool cuts_weights = pass.cut && *pass.cut != profile::Cut::space;
  return cuts_weights && scheme_for(graph, layer, pass) != nullptr ? whole / pass.shards : whole;
}

std::vector<Segment> segments(const graph::Graph& graph, const Pass& pass, Bytes memory) {
  // The rest is for activations, and for what a device needs besides.
  const Bytes most = memory / 3 * 2;
  std::vector<Segment> result = {{}};
  Bytes held = 0;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const Bytes bytes = shard_bytes(graph, {i}, pass);
    const bool fits = bytes <= most;
    if (i > 0 && (held + bytes > most || fits != result.back().fits)) {
      result.push_back({i});
      held = 0;
    }
    held += bytes;
    result.back().fits = fits;
  }
  return result;
}

std::size_t measured_shard(const Pass& pass) {
  return pass.shards == 2 ? 0 : pass.shards / 2;
}

plan::Stage make_stage(const graph::Graph& graph, const Pass& pass, std::size_t begin,
                       std::size_t end, std::vector<Rank> ranks) {
  plan::Stage stage;
  stage.name = graph[{begin}].name;
  if (begin > 0) stage.from = stage.name;
  plan::Replica replica;
  replica.ranks = std::move(ranks);
  for (std::size_t i = begin; i < end; ++i) {
    const split::Scheme* scheme = scheme_for(graph, {i}, pass);
    if (scheme == nullptr) continue;
    plan::Placement placement{scheme, replica.ranks, {}};
    placement.options.shares.assign(pass.shards, 1.0);
    replica.layers.emplace(graph[{i}].name, std::move(placement));
  }
  stage.replicas.push_back(std::move(replica));
  return stage;
}

}  // namespace

std::vector<Pass> passes() {
  std::vector<Pass> result = {{}};
  for (std::size_t cut = 0; cut < profile::cut_count; ++cut) {
    for (const std::size_t shards : {2U, 3U, 4U, 8U}) {
      result.push_back({static_cast<profile::Cut>(cut), shards});
    }
  }
  return result;
}

PassPlan plan_pass(const graph::Graph& lowered, const Pass& pass, Bytes memory) {
  const std::vector<Segment> parts = segments(lowered, pass, memory);
  PassPlan result;
  result.plan.model = lowered.name();
  result.plan.ranks = static_cast<int>(parts.size() * pass.shards);
  result.plan.output_rank = {result.plan.ranks - 1};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto first = static_cast<int>(i * pass.shards);
    std::vector<Rank> ranks(pass.shards);
    for (std::size_t k = 0; k < ranks.size(); ++k) ranks[k] = {first + static_cast<int>(k)};
    const std::size_t end = i + 1 < parts.size() ? parts[i + 1].begin : lowered.size();
    if (parts[i].fits) result.measured.push_back(ranks[measured_shard(pass)]);
    result.plan.stages.push_back(make_stage(lowered, pass, parts[i].begin, end, std::move(ranks)));
  }
  return result;
}

}  // namespace shoal::runtime
