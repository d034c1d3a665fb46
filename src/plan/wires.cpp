#include "shoal/plan/wires.hpp"

#include <algorithm>

namespace shoal::plan {

void set_wires(Plan& plan, const graph::Graph& lowered, split::WireType wire) {
  const std::vector<std::size_t> stages = stages_of_layers(plan, lowered);
  for (std::size_t stage = 0; stage < plan.stages.size(); ++stage) {
    for (Replica& replica : plan.stages[stage].replicas) {
      replica.wires.clear();
      if (wire == split::WireType::float32) continue;
      for (std::size_t i = 0; i < lowered.size(); ++i) {
        if (stages[i] == stage) replica.wires.emplace(lowered[{i}].name, wire);
      }
    }
  }
}

bool rounds(const Plan& plan) {
  for (const Stage& stage : plan.stages) {
    for (const Replica& replica : stage.replicas) {
      for (const auto& [layer, wire] : replica.wires) {
        if (wire != split::WireType::float32) return true;
      }
    }
  }
  return false;
}

split::WireType widest_wire(const Plan& plan, const graph::Graph& lowered) {
  split::WireType widest = split::wire_types.back();
  const std::vector<std::size_t> stages = stages_of_layers(plan, lowered);
  for (std::size_t i = 0; i < lowered.size(); ++i) {
    for (const Replica& replica : plan.stages[stages[i]].replicas) {
      widest = std::min(widest, replica.wire(lowered[{i}].name));
    }
  }
  return widest;
}

}  // namespace shoal::plan
