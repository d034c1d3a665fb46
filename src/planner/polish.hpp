#pragma once

#include "planner/candidate.hpp"

namespace shoal::planner {

/// Changes a plan here and there where it then costs less: what was decided before for all layers
/// of a unit, or before others were streamed, is decided again.
///
/// First how layers are made: fused or not, in one to eight chunks, boundary first or not; those
/// that are cut alike together, then those that are made alike too, then each by itself, those
/// first that take longest. Rounds of single changes, until one gains nothing. Then shares: a part
/// of them goes from a rank to another in a layer or in those that are cut alike, all of them
/// picked at random, the same ones for the same plan. A plan is compiled and priced for each
/// change; the larger the network, and the more devices, the fewer. Up to 32 devices.
Candidate polish_where_cheaper(Candidate candidate, const graph::Graph& lowered,
                               Estimator& estimator, const CostOf& cost);

}  // namespace shoal::planner
