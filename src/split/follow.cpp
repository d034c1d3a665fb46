#include <algorithm>

#include "shoal/split/scheme.hpp"

#include "split/schemes/schemes.hpp"

namespace shoal::split {
namespace {

Index ceil_div(Index a, Index b) {
  return a >= 0 ? (a + b - 1) / b : -(-a / b);
}

/// The outputs whose window has its centre in `held`. The first holder takes what is centred before
/// the input and the last one what is centred behind it, so nothing is left over.
Range outputs_centred_in(const graph::Window& window, Range held, Index input, Index output) {
  const auto first_from = [&](Index position) {
    if (position <= 0) return Index{0};
    if (position >= input) return output;
    const Index centre = window.span() / 2 - window.before;
    return std::clamp<Index>(ceil_div(position - centre, window.stride), 0, output);
  };
  return {first_from(held.begin), first_from(held.end)};
}

/// What can be made of `held` along one axis; nothing where one member's outputs need the others'.
std::optional<Range> outputs_of(const graph::AxisUse& use, Range held, Index input, Index output) {
  if (const auto* window = std::get_if<graph::Window>(&use)) {
    return outputs_centred_in(*window, held, input, output);
  }
  if (held == Range{0, input}) return Range{0, output};
  const auto& groups = std::get<graph::Groups>(use);
  if (groups.inputs == input) return std::nullopt;
  if (held.begin % groups.inputs != 0 || held.end % groups.inputs != 0) return std::nullopt;
  return Range{held.begin / groups.inputs * groups.outputs,
               held.end / groups.inputs * groups.outputs};
}

std::optional<std::vector<Box>> outputs_held(const graph::Graph& graph, graph::LayerId layer,
                                             const Layout& input) {
  const graph::Footprint footprint = graph.footprint(layer);
  const Shape& from = graph.input_shape(layer);
  const Shape& to = graph[layer].output;
  std::vector<Box> outputs;
  for (const Box& held : input.boxes) {
    Box& output = outputs.emplace_back();
    if (held.empty()) continue;
    for (const Axis axis : all_axes) {
      const auto range = outputs_of(footprint[axis], held[axis], from[axis], to[axis]);
      if (!range) return std::nullopt;
      output[axis] = *range;
    }
  }
  return outputs;
}

/// Partial sums: each member sums over what it holds, where only summed axes are cut.
std::optional<Division> follow_as_sums(const graph::Graph& graph, graph::LayerId layer,
                                       const Layout& input) {
  const std::vector<Axis> sums = graph.sums(layer);
  const Shape shape = graph.input_shape(layer);
  if (!input.is_disjoint()) return std::nullopt;
  Division division;
  division.partial = true;
  division.inputs.push_back(input.boxes);
  for (const Box& held : input.boxes) {
    for (const Axis axis : all_axes) {
      const bool summed = std::find(sums.begin(), sums.end(), axis) != sums.end();
      if (!held.empty() && !summed && held[axis] != Range{0, shape[axis]}) return std::nullopt;
    }
    division.outputs.push_back(held.empty() ? Box{} : Box::whole(graph[layer].output));
  }
  return division;
}

Division follow_flat(const graph::Graph& graph, graph::LayerId layer, const Layout& input) {
  Division division;
  division.inputs.push_back(input.boxes);
  for (const Box& held : input.boxes) {
    division.outputs.push_back(graph::flattened_box(held, graph.input_shape(layer)));
  }
  return division;
}

}  // namespace

std::optional<Division> follow(const graph::Graph& graph, graph::LayerId layer,
                               const Layout& input) {
  if (std::holds_alternative<graph::Flatten>(graph[layer].op)) {
    const bool runs = std::all_of(input.boxes.begin(), input.boxes.end(), [&](const Box& held) {
      return graph::is_feature_range(held, graph.input_shape(layer));
    });
    if (!runs) return std::nullopt;
    return follow_flat(graph, layer, input);
  }
  if (auto outputs = outputs_held(graph, layer, input)) {
    return divide_outputs(graph, layer, std::move(*outputs));
  }
  if (!graph.sums(layer).empty()) return follow_as_sums(graph, layer, input);
  return std::nullopt;
}

}  // namespace shoal::split
