#include "program/lookahead.hpp"

#include <algorithm>

#include "shoal/plan/fusion.hpp"
#include "shoal/split/partition.hpp"

namespace shoal::program {
namespace {

using graph::LayerId;
using split::Layout;

bool contains(const std::vector<Rank>& ranks, Rank rank) {
  return std::find(ranks.begin(), ranks.end(), rank) != ranks.end();
}

plan::Placement whole_on(Rank rank) {
  plan::Placement placement;
  placement.scheme = split::find_scheme("replicated");
  placement.ranks = {rank};
  placement.options.shares = {1.0};
  return placement;
}

bool cuts_channels(const Layout& layout, const Shape& shape) {
  return std::any_of(layout.boxes.begin(), layout.boxes.end(), [&](const Box& box) {
    return !box.empty() && box[Axis::channel] != Range{0, shape[Axis::channel]};
  });
}

/// Cuts that lie at multiples of `grain` stay; others move down to one, for both neighbours.
Range round_cuts(Range range, Index grain) {
  return {range.begin / grain * grain, range.end / grain * grain};
}

}  // namespace

Lookahead::Lookahead(const plan::Plan& plan, const graph::Graph& graph)
    : plan_(plan),
      graph_(graph),
      stages_(plan::stages_of_layers(plan, graph)),
      placements_(graph.size()),
      consumers_(graph.consumers()) {
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (!plan::follows(graph.layers()[i])) {
      placements_[i] = whole_on(plan.stages[stages_[i]].replicas.front().ranks.front());
    }
  }
  const std::vector<std::size_t> bounds = plan::stage_bounds(plan, graph);
  for (std::size_t stage = 0; stage < plan.stages.size(); ++stage) {
    const plan::Replica& replica = plan.stages[stage].replicas.front();
    for (const auto& [name, placement] : replica.layers) {
      placements_[plan::resolve_layer(graph, name).value] = placement;
    }
    fused_.merge(plan::fuse(replica, graph, {bounds[stage], bounds[stage + 1]}).layouts);
  }
}

const plan::Placement* Lookahead::placement(LayerId layer) const {
  const plan::Placement& placement = placements_[layer.value];
  return placement.scheme == nullptr ? nullptr : &placement;
}

const Layout* Lookahead::fused(LayerId layer) const {
  const auto found = fused_.find(layer);
  return found == fused_.end() ? nullptr : &found->second;
}

bool Lookahead::is_on_stage(LayerId layer, const std::vector<Rank>& ranks) const {
  const std::vector<Rank>& stage = plan_.stages[stages_[layer.value]].replicas.front().ranks;
  return std::all_of(ranks.begin(), ranks.end(), [&](Rank rank) { return contains(stage, rank); });
}

Lookahead::Next Lookahead::next_placed(LayerId layer) const {
  Next next;
  LayerId at = layer;
  while (!consumers_[at.value].empty()) {
    at = consumers_[at.value].front();
    next.flattened = next.flattened || std::holds_alternative<graph::Flatten>(graph_[at].op);
    if (const plan::Placement* found = placement(at)) {
      next.placement = found;
      return next;
    }
  }
  return next;
}

/// A layout of a tensor of `shape` for whoever comes after `layer`.
Layout Lookahead::layout_for(const Shape& shape, LayerId layer) const {
  const Next next = next_placed(layer);
  if (next.placement == nullptr) {
    const std::vector<Rank>& stage = plan_.stages[stages_[layer.value]].replicas.front().ranks;
    return Layout::rooted(contains(stage, plan_.output_rank) ? plan_.output_rank : stage.front(),
                          shape);
  }
  const plan::Placement& placement = *next.placement;
  Layout layout =
      Layout::sharded(placement.ranks, placement.scheme->suits(shape, placement.options));
  const bool to_flatten =
      next.flattened || std::holds_alternative<graph::Flatten>(graph_[layer].op);
  if (to_flatten && shape != Shape::features(shape[Axis::channel]) &&
      !layout.is_replicated(shape)) {
    layout = split::outermost_shards(placement.ranks, shape, placement.options.shares);
  }
  return layout;
}

Layout Lookahead::layout_wanted(LayerId layer) const {
  return layout_for(graph_[layer].output, layer);
}

Layout Lookahead::layout_computable(LayerId layer) const {
  const Shape shape = graph_[layer].output;
  Layout layout = layout_wanted(layer);
  if (!is_on_stage(layer, layout.ranks)) {
    // The next layer is another stage's: this one is computed here and then sent.
    return Layout::rooted(plan_.stages[stages_[layer.value]].replicas.front().ranks.front(), shape);
  }
  if (std::holds_alternative<graph::Flatten>(graph_[layer].op)) {
    layout.boxes = layout_for(graph_.input_shape(layer), layer).boxes;
    for (Box& box : layout.boxes) box = graph::flattened_box(box, graph_.input_shape(layer));
    return layout;
  }
  const bool needs_all_channels = std::holds_alternative<graph::Softmax>(graph_[layer].op);
  if (needs_all_channels && cuts_channels(layout, shape)) {
    layout.boxes.assign(layout.ranks.size(), Box::whole(shape));
  }
  const Index grain = split::channel_grain(graph_, layer);
  for (Box& box : layout.boxes) box[Axis::channel] = round_cuts(box[Axis::channel], grain);
  return layout;
}

split::Division Lookahead::divide(LayerId layer, const Layout& output) const {
  split::Division division;
  division.outputs = output.boxes;
  if (std::holds_alternative<graph::Flatten>(graph_[layer].op)) {
    const Shape shape = graph_.input_shape(layer);
    Layout input = layout_for(shape, layer);
    if (input.ranks != output.ranks) input = Layout::replicated(output.ranks, shape);
    division.inputs.push_back(input.boxes);
    return division;
  }
  const graph::Footprint footprint = graph_.footprint(layer);
  for (const Shape& shape : graph_.input_shapes(layer)) {
    std::vector<Box>& boxes = division.inputs.emplace_back();
    for (const Box& box : output.boxes) boxes.push_back(graph::input_box(footprint, box, shape));
  }
  return division;
}

Layout Lookahead::layout_of_sum(LayerId layer, const std::vector<Rank>& group) const {
  const Shape shape = graph_[layer].output;
  Layout wanted = layout_wanted(layer);
  const bool inside = std::all_of(wanted.ranks.begin(), wanted.ranks.end(),
                                  [&](Rank rank) { return contains(group, rank); });
  if (!inside) {
    if (wanted.ranks.size() == 1) return Layout::rooted(group.front(), shape);
    Layout shares = Layout::sharded(group, {});
    for (const Range range :
         split::partition(shape[Axis::channel], std::vector<double>(group.size(), 1.0))) {
      shares.boxes.push_back(Box::whole(shape).with(Axis::channel, range));
    }
    return shares;
  }
  if (wanted.is_replicated(shape)) {
    if (wanted.ranks == group) return wanted;
    return Layout::rooted(wanted.ranks.front(), shape);
  }
  Layout shards = Layout::sharded(group, std::vector<Box>(group.size()));
  for (std::size_t i = 0; i < group.size(); ++i) {
    shards.boxes[i] = wanted.box_of(group[i]).value_or(Box{});
  }
  return shards;
}

}  // namespace shoal::program
