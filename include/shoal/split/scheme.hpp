#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "shoal/graph/graph.hpp"
#include "shoal/split/layout.hpp"

namespace shoal::split {

/// Options of a scheme.
struct SplitOptions {
  std::vector<double> shares;  ///< one for each member of the group: its part of the work
  /// Spatial only: the axes that are cut. Two axes make tiles: `grid` says how many along each,
  /// their product being the number of members, and all shares are equal.
  std::vector<Axis> axes = {Axis::height};
  std::vector<Index> grid;
  /// Spatial only: in place of its part by `shares`, `axes` and `grid`, each member makes all that
  /// it needs of this layer for its parts of those that read it. No scheme can tell what that is:
  /// see plan/fusion.hpp.
  bool fused = false;

  friend bool operator==(const SplitOptions&, const SplitOptions&) = default;
};

/// Parts of a layer that the members of a group compute.
struct Division {
  std::vector<std::vector<Box>> inputs;  ///< [input][member]: the box that it reads
  std::vector<Box> outputs;              ///< [member]: the box that it makes
  bool partial = false;                  ///< whether the outputs are summands
};

/// A way of splitting a layer over a group of ranks. It is no more than this arithmetic: transfers
/// follow from the boxes (redistribution.hpp), the weights that a member holds from the channels of
/// its input and output boxes (graph::WeightSpec::slice).
struct Scheme {
  std::string_view name;
  std::string_view summary;
  /// Whether the layer can be split so.
  bool (*applies)(const graph::Graph& graph, graph::LayerId layer);
  Division (*divide)(const graph::Graph& graph, graph::LayerId layer, const SplitOptions& options);
  /// The boxes in which a tensor of `shape`, made earlier, best waits for a layer split so.
  std::vector<Box> (*suits)(const Shape& shape, const SplitOptions& options);
};

/// Every scheme: `output` and `input` for dense layers, `channel`, `spatial` and `filter` for
/// convolutions and, where it can be, for layers without weights; `replicated` for all.
std::span<const Scheme> schemes();

/// The scheme of that name, if there is one.
const Scheme* find_scheme(std::string_view name);

/// Number of channels of a layer's output that must stay together, from a multiple of it on: those
/// of one group of a grouped convolution, and those that share an index of a weight (a depthwise
/// multiplier's).
Index channel_grain(const graph::Graph& graph, graph::LayerId layer);

/// Division of a layer that has no scheme of its own and whose input is spread as `input` (not
/// partial): the outputs that each member can make from what it holds, but for halos and, where the
/// layer is a sum, as partial sums. Nothing where it needs more than its members hold each.
std::optional<Division> follow(const graph::Graph& graph, graph::LayerId layer,
                               const Layout& input);

}  // namespace shoal::split
