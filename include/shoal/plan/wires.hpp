#pragma once

#include "shoal/plan/plan.hpp"

namespace shoal::plan {

/// Lets the frame and the outputs of all layers travel as `wire`, whatever the plan said.
void set_wires(Plan& plan, const graph::Graph& lowered, split::WireType wire);

/// Whether anything may be rounded on its way.
bool rounds(const Plan& plan);

/// The widest type as which the frame or a layer's output travels.
split::WireType widest_wire(const Plan& plan, const graph::Graph& lowered);

}  // namespace shoal::plan
