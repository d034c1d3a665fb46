#include "shoal/profile/work.hpp"

#include <array>

#include "shoal/base/names.hpp"

namespace shoal::profile {
namespace {

constexpr std::array<std::string_view, kind_count> kind_names = {
    "convolution", "first-convolution", "pointwise", "convolution-3d", "depthwise", "dense",
    "pool",        "elementwise"};

constexpr std::array<std::string_view, cut_count> cut_names = {"outputs", "inputs", "space"};

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
  Bytes bytes = 0;
  for (const graph::WeightSpec& spec : graph.weights(layer)) {
    bytes += graph.weight_bytes(layer, spec, spec.slice(inputs, outputs));
  }
  return bytes;
}

/// Of a tensor's pixels those that a box has, each with some channels.
Index pixels(const Shape& shape) {
  return shape.volume() / shape[Axis::channel];
}

double part(Index some, Index all) {
  return all == 0 ? 0.0 : static_cast<double>(some) / static_cast<double>(all);
}

}  // namespace

std::string_view name(Kind kind) {
  return kind_names[static_cast<std::size_t>(kind)];
}

std::optional<Kind> find_kind(std::string_view name) {
  return find_named<Kind>(kind_names, name);
}

std::string_view name(Cut cut) {
  return cut_names[static_cast<std::size_t>(cut)];
}

std::optional<Cut> find_cut(std::string_view name) {
  return find_named<Cut>(cut_names, name);
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
  const double of_output = part(output.volume(), whole_output.volume());
  // Of an output that reads nothing but padding there is no part to sum over.
  const double of_sum = read.empty() ? 1.0 : part(input.volume(), read.volume());
  work.fraction = of_output * of_sum;
  const bool some_inputs = read[Axis::channel].size() > input[Axis::channel].size();
  const bool some_outputs = output[Axis::channel].size() < whole_output[Axis::channel];
  work.cut = some_inputs ? Cut::inputs : some_outputs ? Cut::outputs : Cut::space;
  if (work.cut != Cut::space) work.pixels = part(pixels(output.shape()), pixels(whole_output));
  work.flops = flops * work.fraction;
  work.bytes =
      static_cast<double>(weight_bytes(graph, layer, input[Axis::channel], output[Axis::channel]) +
                          input.bytes() * graph[layer].inputs.size() + output.bytes());
  return work;
}

Work finishing_work(const graph::Graph& graph, graph::LayerId layer, const Box& box) {
  Work work;
  work.model = graph.name();
  work.layer = graph[layer].name;
  work.fraction = part(box.volume(), graph[layer].output.volume());
  work.flops = static_cast<double>(box.volume());
  work.bytes = 2 * static_cast<double>(box.bytes());
  return work;
}

}  // namespace shoal::profile
