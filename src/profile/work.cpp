#include "shoal/profile/work.hpp"

namespace shoal::profile {
namespace {

/// Pictures have three channels, some cameras four.
constexpr Index most_channels_of_pictures = 4;

struct KindOf {
  const Shape& input;

  Kind operator()(const graph::Conv& op) const {
    if (op.dimensions == 3) return Kind::convolution_3d;
    if (op.sliding.kernel.volume() == 1) return Kind::pointwise;
    return input[Axis::channel] <= most_channels_of_pictures ? Kind::first_convolution
                                                             : Kind::convolution;
  }
  Kind operator()(const graph::DepthwiseConv& /*op*/) const { return Kind::depthwise; }
  Kind operator()(const graph::SeparableConv& /*op*/) const { return Kind::depthwise; }
  Kind operator()(const graph::Dense& /*op*/) const { return Kind::dense; }
  Kind operator()(const graph::Pool& /*op*/) const { return Kind::pool; }
  Kind operator()(const graph::GlobalPool& /*op*/) const { return Kind::pool; }
  template <typename Op>
  Kind operator()(const Op& /*op*/) const {
    return Kind::elementwise;
  }
};

Bytes weight_bytes(const graph::Graph& graph, graph::LayerId layer, Range inputs, Range outputs) {
  Index floats = 0;
  for (const graph::WeightSpec& spec : graph.weights(layer)) {
    Index volume = 1;
    for (const Range range : spec.slice(inputs, outputs)) volume *= range.size();
    floats += volume;
  }
  return static_cast<Bytes>(floats) * sizeof(float);
}

double part(Index some, Index all) {
  return all == 0 ? 0.0 : static_cast<double>(some) / static_cast<double>(all);
}

}  // namespace

std::string_view name(Kind kind) {
  constexpr std::array<std::string_view, kind_count> names = {
      "convolution", "first-convolution", "pointwise", "convolution-3d", "depthwise", "dense",
      "pool",        "elementwise"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view name(Cut cut) {
  constexpr std::array<std::string_view, cut_count> names = {"outputs", "inputs", "space"};
  return names[static_cast<std::size_t>(cut)];
}

Work work_of(const graph::Graph& graph, graph::LayerId layer, const Box& input, const Box& output) {
  Work work;
  work.model = graph.name();
  work.layer = graph[layer].name;
  const double flops = graph.flops(layer);
  if (flops == 0 || output.empty()) {
    work.fraction = 0;
    return work;
  }
  const Shape& whole_input = graph.input_shape(layer);
  const Shape& whole_output = graph[layer].output;
  work.kind = std::visit(KindOf{whole_input}, graph[layer].op);
  const Box read = graph::input_box(graph.footprint(layer), output, whole_input);
  const bool summand = read[Axis::channel].size() > input[Axis::channel].size();
  const bool some_channels = output[Axis::channel].size() < whole_output[Axis::channel];
  const double of_output = part(output.volume(), whole_output.volume());
  work.fraction = of_output * (summand ? part(input.volume(), read.volume()) : 1.0);
  work.cut = summand ? Cut::inputs : some_channels ? Cut::outputs : Cut::space;
  work.flops = flops * work.fraction;
  work.bytes =
      static_cast<double>(weight_bytes(graph, layer, input[Axis::channel], output[Axis::channel]) +
                          input.bytes() + output.bytes());
  return work;
}

}  // namespace shoal::profile
