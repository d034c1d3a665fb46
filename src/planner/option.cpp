#include "planner/option.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "planner/shares.hpp"

namespace shoal::planner {
namespace {

using graph::Graph;
using graph::LayerId;
using plan::Placement;

bool is_dense(const Graph& graph, LayerId layer) {
  return std::holds_alternative<graph::Dense>(graph[layer].op);
}

/// The scheme of a unit's `nth` convolution or dense layer.
std::string_view scheme_of_anchor(Style style, bool dense, std::size_t nth) {
  const std::string_view outputs = dense ? "output" : "channel";
  const std::string_view inputs = dense ? "input" : "filter";
  switch (style) {
    case Style::outputs:
      return outputs;
    case Style::inputs:
      return inputs;
    case Style::alternating:
      return nth % 2 == 0 ? outputs : inputs;
    case Style::spatial:
      return "spatial";
    case Style::whole:
    case Style::replicated:
      break;
  }
  return "replicated";
}

/// The scheme of another layer of a block. Without one its layout would follow from that in which
/// the block's input was made, and so from another unit's option.
std::string_view scheme_of_other(Style style) {
  const bool by_channels =
      style == Style::outputs || style == Style::inputs || style == Style::alternating;
  return by_channels ? "channel" : style == Style::spatial ? "spatial" : "replicated";
}

/// Shares in proportion to what each rank can hold: nothing where these are the balanced ones.
std::optional<std::vector<double>> shares_by_memory(const std::vector<Rank>& ranks,
                                                    const std::vector<double>& balanced,
                                                    const Estimator& estimator) {
  std::vector<double> shares;
  double most = 0;
  for (const Rank rank : ranks) {
    shares.push_back(static_cast<double>(estimator.device(rank).memory));
    most = std::max(most, shares.back());
  }
  if (most == 0) return std::nullopt;
  for (double& share : shares) share = std::max(0.01, std::round(100 * share / most) / 100);
  if (shares == balanced) return std::nullopt;
  return shares;
}

/// The two factors of `count` that are nearest to each other, the larger one first.
std::pair<Index, Index> nearest_factors(Index count) {
  auto small = static_cast<Index>(std::sqrt(static_cast<double>(count)));
  while (count % small != 0) --small;
  return {count / small, small};
}

bool equal(const std::vector<double>& shares) {
  return std::adjacent_find(shares.begin(), shares.end(), std::not_equal_to<>()) == shares.end();
}

/// The ways of cutting the space of a unit's output over some ranks.
std::vector<split::SplitOptions> cuts_in_space(const Graph& graph, const Unit& unit,
                                               const std::vector<Rank>& ranks,
                                               Estimator& estimator) {
  const Shape& shape = graph[unit.anchors.empty() ? unit.first : unit.anchors.back()].output;
  const auto shares = [&](Axis axis) {
    return balanced_shares(graph, unit, Divided::space, axis, ranks, estimator);
  };
  std::vector<split::SplitOptions> cuts;
  cuts.push_back({shares(Axis::height), {Axis::height}, {}});
  const auto count = static_cast<Index>(ranks.size());
  if (shape[Axis::depth] >= count) cuts.push_back({shares(Axis::depth), {Axis::depth}, {}});
  const auto [tall, wide] = nearest_factors(count);
  if (wide > 1 && equal(cuts.front().shares)) {
    cuts.push_back({cuts.front().shares, {Axis::height, Axis::width}, {tall, wide}});
  }
  return cuts;
}

Divided divided_by(Style style) {
  return style == Style::inputs        ? Divided::inputs
         : style == Style::alternating ? Divided::alternating
                                       : Divided::outputs;
}

}  // namespace

std::map<std::string, Placement> placements(const Graph& lowered, const Unit& unit,
                                            const Option& option) {
  std::map<std::string, Placement> result;
  const bool is_block = unit.anchors.size() > 1;
  std::size_t nth = 0;
  for (std::size_t i = unit.first.value; i < unit.end.value; ++i) {
    const LayerId layer{i};
    const bool anchor = nth < unit.anchors.size() && unit.anchors[nth] == layer;
    if (std::holds_alternative<graph::Input>(lowered[layer].op) || (!anchor && !is_block)) continue;
    const split::Scheme* scheme =
        split::find_scheme(anchor ? scheme_of_anchor(option.style, is_dense(lowered, layer), nth++)
                                  : scheme_of_other(option.style));
    if (scheme->applies(lowered, layer)) {
      result.emplace(lowered[layer].name, Placement{scheme, option.ranks, option.cut});
    } else if (anchor) {
      return {};
    }
  }
  return result;
}

std::vector<Option> options_for(const Graph& lowered, const Unit& unit,
                                const std::vector<std::vector<Rank>>& sets, Estimator& estimator) {
  constexpr std::array by_channels = {Style::outputs, Style::inputs, Style::alternating};
  std::vector<Option> options;
  const auto add = [&](Option option) {
    if (!placements(lowered, unit, option).empty()) options.push_back(std::move(option));
  };
  for (const std::vector<Rank>& ranks : sets) {
    if (ranks.size() == 1) {
      add({Style::whole, ranks, {{1.0}, {Axis::height}, {}}});
      continue;
    }
    const bool is_block = unit.anchors.size() > 1;
    const std::vector<double> alike(ranks.size(), 1);
    if (!is_block) add({Style::replicated, ranks, {alike, {Axis::height}, {}}});
    for (const Style style : by_channels) {
      // In a block, to alternate moves less than to sum every layer up.
      if (style == (is_block ? Style::inputs : Style::alternating)) continue;
      const std::vector<double> balanced =
          balanced_shares(lowered, unit, divided_by(style), Axis::height, ranks, estimator);
      add({style, ranks, {balanced, {Axis::height}, {}}});
      if (const auto by_memory = shares_by_memory(ranks, balanced, estimator)) {
        add({style, ranks, {*by_memory, {Axis::height}, {}}});
      }
    }
    for (const split::SplitOptions& cut : cuts_in_space(lowered, unit, ranks, estimator)) {
      add({Style::spatial, ranks, cut});
    }
  }
  return options;
}

}  // namespace shoal::planner
