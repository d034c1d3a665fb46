#include "shoal/graph/lower.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace shoal::graph {
namespace {

/// Rewrites a model layer by layer; `place` says which lowered layer gives a model layer's output.
class Lowering {
 public:
  explicit Lowering(const Graph& model)
      : model_(model), consumers_(model.consumers()), place_(model.size()) {}

  Graph run() && {
    for (std::size_t i = 0; i < model_.size(); ++i) lower({i});
    Graph graph(model_.name());
    for (Layer& layer : layers_) graph.add(std::move(layer));
    return graph;
  }

 private:
  void lower(LayerId id) {
    const Layer& layer = model_[id];
    if (fold_batch_norm(id, layer) || fold_activation(id, layer) || fold_padding(id, layer)) return;
    Layer copy = layer;
    copy.inputs = lowered_inputs(layer);
    if (!layer.inputs.empty() && pads_.contains(layer.inputs.front())) {
      take_padding(copy, model_[layer.inputs.front()]);
    }
    if (const auto* separable = std::get_if<SeparableConv>(&layer.op)) {
      Layer depthwise;
      depthwise.name = layer.name + "/depthwise";
      depthwise.op = separable->depthwise();
      depthwise.inputs = copy.inputs;
      depthwise.weights = layer.weights;
      copy.inputs = {append(std::move(depthwise))};
      copy.op = separable->pointwise();
    }
    place_[id.value] = append(std::move(copy));
  }

  /// The lowered layer that alone feeds `layer`, if nobody else reads its output.
  Layer* sole_producer(LayerId id, const Layer& layer) {
    if (layer.inputs.size() != 1) return nullptr;
    const LayerId input = layer.inputs.front();
    if (consumers_[input.value].size() != 1) return nullptr;
    const LayerId place = place_[input.value];
    // The output of a graph is its last layer: it cannot go into one that comes before another.
    if (id == model_.output() && place.value + 1 != layers_.size()) return nullptr;
    return &layers_[place.value];
  }

  bool fold_batch_norm(LayerId id, const Layer& layer) {
    const auto* norm = std::get_if<BatchNorm>(&layer.op);
    Layer* producer = norm == nullptr ? nullptr : sole_producer(id, layer);
    if (producer == nullptr || producer->batch_norm || producer->activation != Activation::linear ||
        !scales_outputs(*producer)) {
      return false;
    }
    producer->batch_norm = FoldedNorm{layer.weights, *norm};
    absorb(*producer, id, layer);
    return true;
  }

  bool fold_activation(LayerId id, const Layer& layer) {
    Layer* producer =
        std::holds_alternative<Identity>(layer.op) ? sole_producer(id, layer) : nullptr;
    if (producer == nullptr || producer->activation != Activation::linear ||
        !(scales_outputs(*producer) || std::holds_alternative<Add>(producer->op) ||
          std::holds_alternative<BatchNorm>(producer->op))) {
      return false;
    }
    absorb(*producer, id, layer);
    return true;
  }

  /// Where the layer that alone reads the zeros can do with a window that begins before its input.
  bool fold_padding(LayerId id, const Layer& layer) {
    const auto* pad = std::get_if<ZeroPad>(&layer.op);
    if (pad == nullptr || layer.activation != Activation::linear) return false;
    if (consumers_[id.value].size() != 1) return false;
    const LayerId input = place_[layer.inputs.front().value];
    const Op& reader = model_[consumers_[id.value].front()].op;
    const auto* conv = std::get_if<Conv>(&reader);
    const auto* pool = std::get_if<Pool>(&reader);
    const bool folds = (conv != nullptr && reads_inputs(conv->sliding, *pad)) ||
                       (pool != nullptr && reads_inputs(pool->sliding, *pad) &&
                        takes_zeros(*pool, layers_[input.value]));
    if (!folds) return false;
    pads_.insert(id);
    place_[id.value] = input;
    return true;
  }

  /// Whether no window is all zeros: such a layer is not split everywhere.
  static bool reads_inputs(const Sliding& sliding, const ZeroPad& pad) {
    return sliding.padding == Padding::valid &&
           std::all_of(spatial_axes.begin(), spatial_axes.end(), [&](Axis axis) {
             return sliding.dilation[axis] == 1 &&
                    std::max(pad.before[axis], pad.after[axis]) < sliding.kernel[axis];
           });
  }

  /// Whether zeros are like what a pool leaves out: where nothing is below zero the largest is.
  static bool takes_zeros(const Pool& pool, const Layer& input) {
    return pool.pool == PoolKind::max && input.activation == Activation::relu;
  }

  static void take_padding(Layer& layer, const Layer& pad) {
    const auto& zeros = std::get<ZeroPad>(pad.op);
    auto* conv = std::get_if<Conv>(&layer.op);
    Sliding& sliding = conv != nullptr ? conv->sliding : std::get<Pool>(layer.op).sliding;
    sliding.before = zeros.before;
    sliding.after = zeros.after;
    layer.absorbed.push_back(pad.name);
  }

  /// Whether a scale and an offset of each output can go into the layer's weights.
  static bool scales_outputs(const Layer& layer) {
    return std::holds_alternative<Conv>(layer.op) ||
           std::holds_alternative<DepthwiseConv>(layer.op) ||
           std::holds_alternative<Dense>(layer.op);
  }

  void absorb(Layer& producer, LayerId id, const Layer& layer) {
    producer.activation = layer.activation;
    producer.absorbed.push_back(layer.name);
    place_[id.value] = place_[layer.inputs.front().value];
  }

  [[nodiscard]] std::vector<LayerId> lowered_inputs(const Layer& layer) const {
    std::vector<LayerId> inputs;
    for (const LayerId input : layer.inputs) inputs.push_back(place_[input.value]);
    return inputs;
  }

  LayerId append(Layer layer) {
    layers_.push_back(std::move(layer));
    return {layers_.size() - 1};
  }

  const Graph& model_;
  std::vector<std::vector<LayerId>> consumers_;
  std::vector<LayerId> place_;
  std::set<LayerId> pads_;  ///< that were folded
  std::vector<Layer> layers_;
};

}  // namespace

Graph lower(const Graph& model) {
  return Lowering(model).run();
}

}  // namespace shoal::graph
