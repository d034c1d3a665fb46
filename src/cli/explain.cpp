#include "cli/explain.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "shoal/base/text.hpp"
#include "shoal/base/units.hpp"
#include "shoal/plan/wires.hpp"

#include "cli/table.hpp"
#include "cli/terminal.hpp"

namespace shoal::cli {
namespace {

using planner::Objective;
using planner::Price;
using planner::Proposal;
using planner::ReplicaPrice;
using Align = Table::Align;

std::string human_seconds(Seconds seconds) {
  if (!std::isfinite(seconds)) return "for ever";
  return fmt::format("{:.4g} s", seconds);
}

std::string speed(const Price& price) {
  return fmt::format("a frame every {} ({:.4g} frames/s), each after {}",
                     human_seconds(price.interval), 1 / price.interval,
                     human_seconds(price.latency));
}

std::string shape(const plan::Plan& plan) {
  std::string text;
  for (const plan::Stage& stage : plan.stages) {
    text += text.empty() ? "" : ", then ";
    text += stage.name;
    if (stage.replicas.size() > 1) text += fmt::format(" by {} replicas", stage.replicas.size());
    text += " on";
    for (const plan::Replica& replica : stage.replicas) {
      text += fmt::format("{} {}", &replica == &stage.replicas.front() ? "" : " |",
                          split::to_string(replica.ranks));
    }
  }
  return text;
}

/// What sets the interval: a rank that computes, or its line.
std::string bottleneck(const Proposal& proposal, const profile::Profile& profile) {
  const Price& price = proposal.price;
  std::size_t busiest = 0;
  const auto load = [&](std::size_t rank) {
    return std::max(price.ranks[rank].busy, price.ranks[rank].line);
  };
  for (std::size_t rank = 1; rank < price.ranks.size(); ++rank) {
    if (load(rank) > load(busiest)) busiest = rank;
  }
  const planner::RankPrice& rank = price.ranks[busiest];
  if (rank.line > rank.busy) {
    return fmt::format("the line of rank {} ({})", busiest, profile.devices[busiest].name);
  }
  for (std::size_t i = 0; i < price.stages.size(); ++i) {
    for (const ReplicaPrice& replica : price.stages[i].replicas) {
      for (const Rank member : replica.ranks) {
        if (static_cast<std::size_t>(member.value) == busiest) {
          return fmt::format("stage {} ({})", i, proposal.plan.stages[i].name);
        }
      }
    }
  }
  return fmt::format("rank {}", busiest);
}

std::string head(const Proposal& proposal, const graph::Graph& lowered,
                 const profile::Profile& profile, Objective objective) {
  const Seconds found = cost(proposal.price, objective);
  std::vector<std::string> lines = {
      fmt::format("{} by {} on {}, for {}", lowered.name(), profile.name,
                  counted(profile.devices.size(), "device"),
                  objective == Objective::latency ? "latency" : "throughput"),
      "  " + speed(proposal.price),
      fmt::format("  at most {} in flight; {}", plan::credits(proposal.plan), shape(proposal.plan)),
      "  busiest: " + bottleneck(proposal, profile),
      fmt::format("  bound: {}, all the work shared and nothing moved; this takes {:.3g} times as "
                  "long",
                  human_seconds(proposal.bound), found / proposal.bound),
      proposal.alone ? fmt::format("  one device alone: {} on rank {}, {:.3g} times as long",
                                   human_seconds(*proposal.alone), proposal.alone_on.value,
                                   *proposal.alone / found)
                     : std::string("  one device alone: none can hold the network")};
  if (proposal.runner_up) {
    lines.push_back(fmt::format("  runner-up: {}: {}", speed(*proposal.runner_up_price),
                                shape(*proposal.runner_up)));
  }
  std::string text;
  for (const std::string& line : lines) text += wrapped(line, 4) + "\n";
  return text;
}

/// `float16`, or `float32, int8` where layers' outputs differ in how they travel.
std::string types(const std::set<split::WireType>& wires) {
  std::string text;
  for (const split::WireType wire : wires) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", split::name(wire));
  }
  return text;
}

std::string stages(const Proposal& proposal) {
  std::vector<Table::Column> columns = {
      {"stage"},   {"ranks", Align::left}, {"computing"},     {"transfers"}, {"paging"},
      {"waiting"}, {"arriving"},           {"bytes arriving"}};
  if (plan::rounds(proposal.plan)) columns.push_back({"as", Align::left});
  Table table(columns, 2);
  const Price& price = proposal.price;
  for (std::size_t i = 0; i < price.stages.size(); ++i) {
    for (const ReplicaPrice& replica : price.stages[i].replicas) {
      // A replica takes one frame in so many: between its own frames it waits for the bottleneck.
      const double idle = 1 - price.stages[i].interval / price.interval;
      const Seconds period = price.interval * replica.total() / price.stages[i].interval;
      std::vector<std::string> row = {fmt::format("{}", i),
                                      split::to_string(replica.ranks),
                                      human_seconds(replica.computing),
                                      human_seconds(replica.transferring),
                                      human_seconds(replica.paging),
                                      human_seconds(idle < 1e-9 ? 0 : idle * period),
                                      human_seconds(replica.arriving),
                                      human_bytes(replica.arriving_bytes)};
      if (plan::rounds(proposal.plan)) row.push_back(types(replica.arriving_as));
      table.add(row);
    }
  }
  return table.text();
}

std::string streaming_text(const plan::Placement& placement) {
  if (placement.order == plan::Order::boundary_first) return " boundary first";
  if (placement.chunks == 1) return "";
  const bool is_descending = placement.order == plan::Order::descending;
  return fmt::format(" in {} chunks{}", placement.chunks, is_descending ? " from the end" : "");
}

std::string placement_text(const plan::Replica& replica, const std::string& layer) {
  const auto found = replica.layers.find(layer);
  if (replica.ranks.size() == 1) return fmt::format("rank {}", replica.ranks.front().value);
  if (found == replica.layers.end()) return "follows";
  const plan::Placement& placement = found->second;
  if (placement.ranks.size() == 1) return fmt::format("rank {}", placement.ranks.front().value);
  return fmt::format("{} over {}{}", placement.scheme->name, split::to_string(placement.ranks),
                     streaming_text(placement));
}

bool has_algorithms(const plan::Plan& plan) {
  for (const plan::Stage& stage : plan.stages) {
    if (!stage.replicas.front().algorithms.empty()) return true;
  }
  return false;
}

/// `winograd4`, or `direct, winograd4` where ranks differ.
std::string algorithms(const plan::Replica& replica, const std::string& layer) {
  const auto found = replica.algorithms.find(layer);
  if (found == replica.algorithms.end()) return "";
  std::set<graph::ConvolutionAlgorithm> different;
  for (const auto& [rank, algorithm] : found->second) different.insert(algorithm);
  std::string text;
  for (const graph::ConvolutionAlgorithm one : different) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", graph::name(one));
  }
  return text;
}

std::string layers(const Proposal& proposal, const graph::Graph& lowered) {
  std::vector<Table::Column> columns = {
      {"stage"},     {"layer", Align::left}, {"placement", Align::left},
      {"computing"}, {"transfers"},          {"bytes moved"}};
  if (plan::rounds(proposal.plan)) columns.push_back({"as", Align::left});
  if (has_algorithms(proposal.plan)) columns.push_back({"by", Align::left});
  Table table(columns, 2);
  for (std::size_t i = 0; i < proposal.price.stages.size(); ++i) {
    const plan::Replica& replica = proposal.plan.stages[i].replicas.front();
    for (const planner::LayerPrice& layer : proposal.price.stages[i].replicas.front().layers) {
      const std::string& name = lowered[layer.layer].name;
      if (std::holds_alternative<graph::Input>(lowered[layer.layer].op)) continue;
      std::vector<std::string> row = {fmt::format("{}", i),
                                      name,
                                      placement_text(replica, name),
                                      human_seconds(layer.computing),
                                      human_seconds(layer.transferring),
                                      human_bytes(layer.moved)};
      if (plan::rounds(proposal.plan)) row.push_back(types(layer.moved_as));
      if (has_algorithms(proposal.plan)) row.push_back(algorithms(replica, name));
      table.add(row);
    }
  }
  return table.text();
}

std::string ranks(const Proposal& proposal, const profile::Profile& profile) {
  Table table({{"rank"},
               {"device", Align::left},
               {"weights"},
               {"activations"},
               {"memory"},
               {"computing"},
               {"busy"},
               {"line"}});
  for (std::size_t rank = 0; rank < proposal.price.ranks.size(); ++rank) {
    const planner::RankPrice& price = proposal.price.ranks[rank];
    const profile::Device& device = profile.devices[rank];
    if (price.computing == 0 && price.line == 0) {
      table.add({fmt::format("{}", rank), device.name, "idle", "", "", "", "", ""});
      continue;
    }
    const auto part = [&](Seconds seconds) {
      return fmt::format("{:.0f} %", 100 * seconds / proposal.price.interval);
    };
    table.add({fmt::format("{}", rank), device.name, human_bytes(price.weights),
               human_bytes(price.activations), human_bytes(device.memory),
               human_seconds(price.computing), part(price.busy), part(price.line)});
  }
  return table.text();
}

}  // namespace

std::string explain(const Proposal& proposal, const graph::Graph& lowered,
                    const profile::Profile& profile, Objective objective) {
  return head(proposal, lowered, profile, objective) + "\n" + stages(proposal) + "\n" +
         layers(proposal, lowered) + "\n" + ranks(proposal, profile);
}

}  // namespace shoal::cli
