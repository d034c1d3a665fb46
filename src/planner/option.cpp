#include "planner/option.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

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

/// Shares in proportion to how fast each rank computes the unit.
std::vector<double> shares_by_speed(const Graph& graph, const Unit& unit,
                                    const std::vector<Rank>& ranks, Estimator& estimator) {
  std::vector<double> shares;
  for (const Rank rank : ranks) {
    Seconds sum = 0;
    for (const LayerId layer : unit.anchors) {
      const Shape& shape = graph[layer].output;
      const Box output = Box::whole(shape);
      sum += estimator.computing(
          rank, graph, layer,
          graph::input_box(graph.footprint(layer), output, graph.input_shape(layer)), output);
    }
    shares.push_back(sum > 0 ? 1 / sum : 1);
  }
  const double most = *std::max_element(shares.begin(), shares.end());
  // Whole hundredths, so that documents are readable and alike devices get alike shares.
  for (double& share : shares) share = std::max(0.01, std::round(100 * share / most) / 100);
  return shares;
}

/// Shares in proportion to what each rank can hold: nothing where these are those by speed.
std::optional<std::vector<double>> shares_by_memory(const std::vector<Rank>& ranks,
                                                    const std::vector<double>& by_speed,
                                                    const Estimator& estimator) {
  std::vector<double> shares;
  double most = 0;
  for (const Rank rank : ranks) {
    shares.push_back(static_cast<double>(estimator.device(rank).memory));
    most = std::max(most, shares.back());
  }
  if (most == 0) return std::nullopt;
  for (double& share : shares) share = std::max(0.01, std::round(100 * share / most) / 100);
  if (shares == by_speed) return std::nullopt;
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

/// The ways of cutting the space of a unit's output over ranks of these shares.
std::vector<split::SplitOptions> cuts_in_space(const Shape& shape,
                                               const std::vector<double>& shares) {
  std::vector<split::SplitOptions> cuts;
  cuts.push_back({shares, {Axis::height}, {}});
  const auto count = static_cast<Index>(shares.size());
  if (shape[Axis::depth] >= count) cuts.push_back({shares, {Axis::depth}, {}});
  const auto [tall, wide] = nearest_factors(count);
  if (wide > 1 && equal(shares)) {
    cuts.push_back({shares, {Axis::height, Axis::width}, {tall, wide}});
  }
  return cuts;
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
    const std::vector<double> by_speed = shares_by_speed(lowered, unit, ranks, estimator);
    const auto by_memory = shares_by_memory(ranks, by_speed, estimator);
    const bool is_block = unit.anchors.size() > 1;
    if (!is_block) add({Style::replicated, ranks, {by_speed, {Axis::height}, {}}});
    for (const Style style : by_channels) {
      // In a block, to alternate moves less than to sum every layer up.
      if (style == (is_block ? Style::inputs : Style::alternating)) continue;
      add({style, ranks, {by_speed, {Axis::height}, {}}});
      if (by_memory) add({style, ranks, {*by_memory, {Axis::height}, {}}});
    }
    const Shape& shape = lowered[unit.anchors.empty() ? unit.first : unit.anchors.back()].output;
    for (const split::SplitOptions& cut : cuts_in_space(shape, by_speed)) {
      add({Style::spatial, ranks, cut});
    }
  }
  return options;
}

}  // namespace shoal::planner
