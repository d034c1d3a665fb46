#pragma once

#include <optional>
#include <vector>

#include "shoal/plan/plan.hpp"
#include "shoal/profile/work.hpp"

namespace shoal::runtime {

/// A way of cutting the layers of a network to measure one shard of each: in so many shards, or not
/// at all.
struct Pass {
  std::optional<profile::Cut> cut;
  std::size_t shards = 1;
};

/// Whole; and 1/2, 1/3, 1/4 and 1/8 by every cut.
std::vector<Pass> passes();

/// A pass as a plan whose programs are those of a real run. Only the `measured` ranks' are run,
/// by every rank of the job: the middle one of each group of `shards`, which has neighbours on both
/// sides, and of two the first, which finds its caches as layers leave them that are not split.
/// Consecutive layers are on one such rank as far as their weights fit into its memory;
/// a layer that does not fit by itself is on a rank that is not measured.
struct PassPlan {
  plan::Plan plan;
  std::vector<Rank> measured;
};

/// @param memory bytes for weights and activations
PassPlan plan_pass(const graph::Graph& lowered, const Pass& pass, Bytes memory);

}  // namespace shoal::runtime
