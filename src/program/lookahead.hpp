#pragma once

#include <map>
#include <vector>

#include "shoal/plan/plan.hpp"
#include "shoal/split/layout.hpp"
#include "shoal/split/scheme.hpp"

namespace shoal::program {

/// Placements of layers by the plan, and the layouts that later layers would like.
class Lookahead {
 public:
  Lookahead(const plan::Plan& plan, const graph::Graph& graph);

  /// Placement of a layer: the plan's, or, for a convolution or dense layer of which it says
  /// nothing, whole on its stage's first rank; null for a layer that follows its input.
  [[nodiscard]] const plan::Placement* placement(graph::LayerId layer) const;
  /// Layout of a fused layer, or of one without a placement that reads one (plan/fusion.hpp); null
  /// for every other layer.
  [[nodiscard]] const split::Layout* fused(graph::LayerId layer) const;
  [[nodiscard]] std::size_t stage(graph::LayerId layer) const { return stages_[layer.value]; }
  /// Whether all of `ranks` are of the layer's stage.
  [[nodiscard]] bool is_on_stage(graph::LayerId layer, const std::vector<Rank>& ranks) const;

  /// The layout in which a layer's output best waits for the next placed layer; without one, rooted
  /// where the answer is wanted, or at the stage's first rank.
  [[nodiscard]] split::Layout layout_wanted(graph::LayerId layer) const;
  /// The same, but one that the layer's output can be computed in box by box.
  [[nodiscard]] split::Layout layout_computable(graph::LayerId layer) const;
  /// The same, but one that partial sums of `group` can be added up into.
  [[nodiscard]] split::Layout layout_of_sum(graph::LayerId layer,
                                            const std::vector<Rank>& group) const;
  /// Division by which each member makes its box of a layout_computable() or fused() one.
  [[nodiscard]] split::Division divide(graph::LayerId layer, const split::Layout& output) const;

 private:
  struct Next {
    const plan::Placement* placement = nullptr;
    bool flattened = false;  ///< whether a Flatten is on the way
  };
  [[nodiscard]] Next next_placed(graph::LayerId layer) const;
  [[nodiscard]] split::Layout layout_for(const Shape& shape, graph::LayerId layer) const;

  const plan::Plan& plan_;
  const graph::Graph& graph_;
  std::vector<std::size_t> stages_;          ///< by layer
  std::vector<plan::Placement> placements_;  ///< by layer; without a scheme: follows
  std::map<graph::LayerId, split::Layout> fused_;
  std::vector<std::vector<graph::LayerId>> consumers_;
};

}  // namespace shoal::program
