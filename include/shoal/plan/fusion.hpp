#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "shoal/plan/plan.hpp"

namespace shoal::plan {

/// Layouts that follow from the layers that a plan fuses (split::SplitOptions::fused).
///
/// Of a fused layer each member makes the hull of all that it needs for its own boxes of the layers
/// that read it. So nothing is exchanged between them, and what several members need, each of them
/// computes. A layer without a placement that reads a fused one is part of this: it is made where
/// another of its inputs is cut in space, or, without one, in the hull that its own readers need.
/// A run of such layers ends at those that are placed by `spatial` and not fused.
///
/// Two 3x3 same convolutions on 112 rows over two ranks, the first of them fused. Of the second the
/// ranks make rows [0,56) and [56,112), so of the first [0,57) and [55,112), for which they read
/// rows [0,58) and [54,112) of the input. Rows 55 and 56 of the first are made twice, and none is
/// sent. What no layer reads, such as rows that a stride leaves out, may be made by nobody.
struct Fusion {
  /// Layout of each fused layer, and of each layer without a placement that reads one.
  std::map<graph::LayerId, split::Layout> layouts;
  /// The layers that are to be fused and cannot be: a reader is not split in space over the same
  /// ranks. In words, for whoever wrote the plan.
  std::map<graph::LayerId, std::string> refused;
};

/// @param bounds the first layer of the replica's stage, and the one behind its last
Fusion fuse(const Replica& replica, const graph::Graph& lowered,
            std::pair<std::size_t, std::size_t> bounds);

/// Fuses those of `layers` that can be, all of them placed by `spatial` in the replica; the others
/// are left with their cuts.
/// @return whether any can be
bool fuse_where_possible(Replica& replica, const std::set<std::string>& layers,
                         const graph::Graph& lowered, std::pair<std::size_t, std::size_t> bounds);

}  // namespace shoal::plan
