#include "cli/plan_text.hpp"

#include <set>
#include <vector>

#include <fmt/core.h>

namespace shoal::cli {
namespace {

/// More runs of layers than this are counted only.
constexpr std::size_t most_runs = 4;

/// Consecutive layers that are placed alike.
struct Run {
  std::string first;
  std::string last;
  std::string how;
};

std::string how(const plan::Replica& replica, const std::string& layer) {
  const auto found = replica.layers.find(layer);
  if (found == replica.layers.end()) {
    return fmt::format("on rank {}", replica.ranks.front().value);
  }
  const plan::Placement& placement = found->second;
  if (placement.ranks.size() == 1) return fmt::format("on rank {}", placement.ranks.front().value);
  const bool is_partial = placement.ranks.size() < replica.ranks.size();
  return fmt::format("{}{}", placement.scheme->name,
                     is_partial ? fmt::format(" over {}", placement.ranks.size()) : "");
}

/// Layers that follow others say nothing.
std::vector<Run> runs_of(const plan::Replica& replica, const graph::Graph& lowered,
                         std::size_t begin, std::size_t end) {
  std::vector<Run> runs;
  for (std::size_t i = begin; i < end; ++i) {
    const graph::Layer& layer = lowered[{i}];
    if (plan::follows(layer) && !replica.layers.contains(layer.name)) continue;
    const std::string placed = how(replica, layer.name);
    if (runs.empty() || runs.back().how != placed) {
      runs.push_back({layer.name, layer.name, placed});
    } else {
      runs.back().last = layer.name;
    }
  }
  return runs;
}

std::string span_text(const std::string& first, const std::string& last) {
  return first == last ? first : fmt::format("{} to {}", first, last);
}

/// How a group of several ranks shares its layers.
std::string group_text(const plan::Replica& replica, const graph::Graph& lowered, std::size_t begin,
                       std::size_t end) {
  const std::vector<Run> runs = runs_of(replica, lowered, begin, end);
  std::string text;
  for (std::size_t i = 0; i < std::min(runs.size(), most_runs); ++i) {
    text += fmt::format("{}{} {}", i > 0 ? ", " : "", span_text(runs[i].first, runs[i].last),
                        runs[i].how);
  }
  if (runs.size() > most_runs) text += fmt::format(" and {} more", runs.size() - most_runs);
  return text;
}

/// @param ranks of the whole plan
std::string stage_text(const plan::Stage& stage, const graph::Graph& lowered, std::size_t begin,
                       std::size_t end, int ranks) {
  const bool is_whole = begin == 0 && end == lowered.size();
  const std::string layers =
      is_whole ? "all layers"
               : span_text(lowered[{begin == 0 ? 1 : begin}].name, lowered[{end - 1}].name);
  const plan::Replica& first = stage.replicas.front();
  const std::size_t replicas = stage.replicas.size();
  if (first.ranks.size() == 1 && replicas == 1) {
    return fmt::format("{} on rank {}", layers, first.ranks.front().value);
  }
  if (first.ranks.size() == 1) return fmt::format("{} on each of {} ranks", layers, replicas);
  std::string split = group_text(first, lowered, begin, end);
  if (replicas > 1) {
    return fmt::format("{} by {} replicas over {} ranks each ({})", layers, replicas,
                       first.ranks.size(), split);
  }
  if (first.ranks.size() == static_cast<std::size_t>(ranks)) return split;
  return fmt::format("{} over ranks {} ({})", layers, split::to_string(first.ranks), split);
}

}  // namespace

std::string summary(const plan::Plan& plan, const graph::Graph& lowered) {
  const std::vector<std::size_t> bounds = plan::stage_bounds(plan, lowered);
  std::string text;
  for (std::size_t i = 0; i < plan.stages.size(); ++i) {
    text += fmt::format("{}{}", i > 0 ? "; then " : "",
                        stage_text(plan.stages[i], lowered, bounds[i], bounds[i + 1], plan.ranks));
  }
  return text;
}

std::string idle_text(const plan::Plan& plan) {
  std::set<Rank> busy = {plan.input_rank, plan.output_rank};
  for (const plan::Stage& stage : plan.stages) {
    for (const plan::Replica& replica : stage.replicas) {
      for (const auto& [layer, placement] : replica.layers) {
        busy.insert(placement.ranks.begin(), placement.ranks.end());
      }
      // Where layers run that are not placed.
      busy.insert(replica.ranks.front());
    }
  }
  std::vector<Rank> idle;
  for (int rank = 0; rank < plan.ranks; ++rank) {
    if (!busy.contains(Rank{rank})) idle.push_back({rank});
  }
  if (idle.empty()) return {};
  return fmt::format("{} of {} ranks {} nothing to do by this plan: {}", idle.size(), plan.ranks,
                     idle.size() == 1 ? "has" : "have", split::to_string(idle));
}

}  // namespace shoal::cli
