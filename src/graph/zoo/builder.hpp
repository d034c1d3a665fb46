#pragma once

#include <string>

#include "shoal/graph/graph.hpp"

namespace shoal::graph {

/// Writes a network down layer by layer: each call appends a layer behind `at()`, the last one.
class Builder {
 public:
  Builder(std::string network, const std::string& input, const Shape& frame);

  [[nodiscard]] LayerId at() const { return at_; }
  /// Goes on behind another layer.
  void go_to(LayerId layer) { at_ = layer; }

  Builder& conv(const std::string& name, Index filters, Index kernel, Index stride, Padding padding,
                Activation activation, bool bias = true);
  Builder& conv3d(const std::string& name, Index filters);
  Builder& separable_conv(const std::string& name, Index filters);
  Builder& max_pool(const std::string& name, Index kernel, Index stride, Padding padding);
  Builder& max_pool3d(const std::string& name, Index frames);
  Builder& batch_norm(const std::string& name, float epsilon);
  Builder& relu(const std::string& name);
  Builder& zero_pad(const std::string& name, Index width);
  Builder& add(const std::string& name, LayerId other);
  Builder& global_average_pool(const std::string& name);
  Builder& flatten(const std::string& name);
  Builder& dense(const std::string& name, Index units, Activation activation);
  /// A dense layer with softmax; the softmax is a layer of its own, `NAME/softmax`.
  Builder& classifier(const std::string& name, Index classes);

  Graph finish() && { return std::move(graph_); }

 private:
  Builder& append(const std::string& name, Op op, Activation activation = Activation::linear);

  Graph graph_;
  LayerId at_;
};

}  // namespace shoal::graph
