#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/graph/activation.hpp"
#include "shoal/graph/op.hpp"
#include "shoal/graph/weights_type.hpp"

namespace shoal::graph {

/// The place of a layer in its graph.
struct LayerId {
  std::size_t value = 0;
  friend auto operator<=>(LayerId, LayerId) = default;
};

/// A batch normalisation that is folded into the weights of the layer before it.
struct FoldedNorm {
  std::string weights;  ///< the Keras layer that has its datasets
  BatchNorm op;
};

struct Layer {
  std::string name;
  Op op;
  std::vector<LayerId> inputs;
  Shape output;                                     ///< inferred
  Activation activation = Activation::linear;       ///< applied last, to complete elements
  std::string weights;                              ///< the Keras layer that has its datasets
  WeightsType weights_type = WeightsType::float32;  ///< other than float32 only of dense layers
  std::optional<FoldedNorm> batch_norm;             ///< only in a lowered graph
  std::vector<std::string> absorbed;                ///< model layers that run inside this one
};

/// A network: layers in an order in which each comes after its inputs. The last one is the output.
class Graph {
 public:
  explicit Graph(std::string name) : name_(std::move(name)) {}

  /// Appends a layer and infers its shape. An Error names the layer and what does not fit.
  LayerId add(Layer layer);
  LayerId add(std::string name, Op op, std::vector<LayerId> inputs,
              Activation activation = Activation::linear);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::vector<Layer>& layers() const { return layers_; }
  [[nodiscard]] std::size_t size() const { return layers_.size(); }
  [[nodiscard]] const Layer& operator[](LayerId id) const { return layers_[id.value]; }
  [[nodiscard]] LayerId output() const { return {layers_.size() - 1}; }
  [[nodiscard]] std::optional<LayerId> find(std::string_view name) const;
  /// The layers that read each layer's output.
  [[nodiscard]] std::vector<std::vector<LayerId>> consumers() const;

  [[nodiscard]] Shape input_shape(LayerId id) const;  ///< of the first input; the frame for Input
  [[nodiscard]] std::vector<Shape> input_shapes(LayerId id) const;
  [[nodiscard]] std::string kind(LayerId id) const;
  [[nodiscard]] std::vector<WeightSpec> weights(LayerId id) const;
  [[nodiscard]] double flops(LayerId id) const;
  [[nodiscard]] Footprint footprint(LayerId id) const;
  [[nodiscard]] std::vector<Axis> sums(LayerId id) const;
  [[nodiscard]] Index parameters(LayerId id) const;
  [[nodiscard]] Index parameters() const;

  /// As what the kernels of dense layers are held; float32 at first.
  void set_weights_type(WeightsType type);
  [[nodiscard]] WeightsType weights_type() const { return weights_type_; }
  /// Of the part of a weight of a layer that slice() gave.
  [[nodiscard]] Bytes weight_bytes(LayerId id, const WeightSpec& spec,
                                   const std::vector<Range>& slice) const;
  [[nodiscard]] Bytes weight_bytes(LayerId id) const;
  [[nodiscard]] Bytes weight_bytes() const;

 private:
  std::string name_;
  std::vector<Layer> layers_;
  WeightsType weights_type_ = WeightsType::float32;
};

}  // namespace shoal::graph
