#include "shoal/graph/graph.hpp"

#include "shoal/base/error.hpp"
#include "shoal/graph/narrow_kernel.hpp"

namespace shoal::graph {

LayerId Graph::add(Layer layer) {
  if (find(layer.name)) throw Error("layer {}: the name is used twice", layer.name);
  std::vector<Shape> shapes;
  for (const LayerId input : layer.inputs) {
    if (input.value >= layers_.size()) throw Error("layer {}: unknown input", layer.name);
    shapes.push_back(layers_[input.value].output);
  }
  try {
    layer.output = std::visit([&](const auto& op) { return op.output(shapes); }, layer.op);
  } catch (const Error& error) {
    throw error.in("layer " + layer.name);
  }
  if (layer.weights.empty()) layer.weights = layer.name;
  layers_.push_back(std::move(layer));
  return output();
}

LayerId Graph::add(std::string name, Op op, std::vector<LayerId> inputs, Activation activation) {
  Layer layer;
  layer.name = std::move(name);
  layer.op = std::move(op);
  layer.inputs = std::move(inputs);
  layer.activation = activation;
  return add(std::move(layer));
}

std::optional<LayerId> Graph::find(std::string_view name) const {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (layers_[i].name == name) return LayerId{i};
  }
  return std::nullopt;
}

std::vector<std::vector<LayerId>> Graph::consumers() const {
  std::vector<std::vector<LayerId>> result(layers_.size());
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    for (const LayerId input : layers_[i].inputs) result[input.value].push_back({i});
  }
  return result;
}

Shape Graph::input_shape(LayerId id) const {
  const Layer& layer = (*this)[id];
  return layer.inputs.empty() ? layer.output : (*this)[layer.inputs.front()].output;
}

std::vector<Shape> Graph::input_shapes(LayerId id) const {
  std::vector<Shape> shapes;
  for (const LayerId input : (*this)[id].inputs) shapes.push_back((*this)[input].output);
  return shapes;
}

std::string Graph::kind(LayerId id) const {
  return std::visit([](const auto& op) { return op.kind(); }, (*this)[id].op);
}

std::vector<WeightSpec> Graph::weights(LayerId id) const {
  return std::visit([&](const auto& op) { return op.weights(input_shape(id)); }, (*this)[id].op);
}

double Graph::flops(LayerId id) const {
  return std::visit([&](const auto& op) { return op.flops(input_shape(id), (*this)[id].output); },
                    (*this)[id].op);
}

Footprint Graph::footprint(LayerId id) const {
  return std::visit(
      [&](const auto& op) { return op.footprint(input_shape(id), (*this)[id].output); },
      (*this)[id].op);
}

std::vector<Axis> Graph::sums(LayerId id) const {
  return std::visit([](const auto& op) { return op.sums(); }, (*this)[id].op);
}

Index Graph::parameters(LayerId id) const {
  Index count = 0;
  for (const WeightSpec& spec : weights(id)) count += spec.volume();
  return count;
}

Index Graph::parameters() const {
  Index count = 0;
  for (std::size_t i = 0; i < layers_.size(); ++i) count += parameters(LayerId{i});
  return count;
}

void Graph::set_weights_type(WeightsType type) {
  weights_type_ = type;
  for (Layer& layer : layers_) {
    if (std::holds_alternative<Dense>(layer.op)) layer.weights_type = type;
  }
}

Bytes Graph::weight_bytes(LayerId id, const WeightSpec& spec,
                          const std::vector<Range>& slice) const {
  if (spec.kind == WeightKind::kernel && (*this)[id].weights_type != WeightsType::float32) {
    return kernel_bytes((*this)[id].weights_type, slice.front().size(), slice.back().size());
  }
  Index volume = 1;
  for (const Range range : slice) volume *= range.size();
  return static_cast<Bytes>(volume) * sizeof(float);
}

Bytes Graph::weight_bytes(LayerId id) const {
  const Range inputs{0, input_shape(id)[Axis::channel]};
  const Range outputs{0, (*this)[id].output[Axis::channel]};
  Bytes bytes = 0;
  for (const WeightSpec& spec : weights(id)) {
    bytes += weight_bytes(id, spec, spec.slice(inputs, outputs));
  }
  return bytes;
}

Bytes Graph::weight_bytes() const {
  Bytes bytes = 0;
  for (std::size_t i = 0; i < size(); ++i) bytes += weight_bytes({i});
  return bytes;
}

}  // namespace shoal::graph
