#include "planner/algorithms.hpp"

#include <algorithm>

#include "shoal/program/lanes.hpp"
#include "shoal/program/program.hpp"

namespace shoal::planner {
namespace {

using program::Compute;
using program::Program;

bool knows_algorithms(const profile::Device& device) {
  return std::any_of(device.measurements.begin(), device.measurements.end(),
                     [](const profile::Measurement& one) { return one.algorithm.has_value(); });
}

std::optional<graph::ConvolutionAlgorithm> fastest(const Program& lane, Rank rank,
                                                   const Compute& step,
                                                   const profile::Device& device) {
  const bool is_convolution = std::holds_alternative<graph::Conv>(lane.graph[step.layer].op);
  const bool is_chunk = lane[step.output].layout.box_of(rank) != step.box;
  if (!is_convolution || is_chunk) return std::nullopt;
  return device.algorithm(
      profile::work_of(lane.graph, step.layer, step.inputs.front().box, step.box));
}

/// The replica of the stage that the rank is in.
plan::Replica& replica_of(plan::Stage& stage, Rank rank) {
  return *std::find_if(
      stage.replicas.begin(), stage.replicas.end(), [&](const plan::Replica& replica) {
        return std::find(replica.ranks.begin(), replica.ranks.end(), rank) != replica.ranks.end();
      });
}

}  // namespace

void choose_algorithms(plan::Plan& plan, const graph::Graph& lowered,
                       const profile::Profile& profile) {
  if (std::none_of(profile.devices.begin(), profile.devices.end(), knows_algorithms)) return;
  const std::vector<std::size_t> stages = plan::stages_of_layers(plan, lowered);
  for (const Program& lane : program::compile_lanes(plan, lowered)) {
    for (int rank = 0; rank < lane.ranks(); ++rank) {
      for (const program::Step& step : lane.of({rank})) {
        const auto* compute = std::get_if<Compute>(&step);
        if (compute == nullptr) continue;
        const auto algorithm = fastest(lane, {rank}, *compute, profile[{rank}]);
        if (!algorithm) continue;
        plan::Stage& stage = plan.stages[stages[compute->layer.value]];
        replica_of(stage, {rank})
            .algorithms[lowered[compute->layer].name]
            .insert_or_assign({rank}, *algorithm);
      }
    }
  }
}

}  // namespace shoal::planner
