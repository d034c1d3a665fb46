#include "graph/zoo/builder.hpp"

namespace shoal::graph {

Builder::Builder(std::string network, const std::string& input, const Shape& frame)
    : graph_(std::move(network)), at_(graph_.add(input, Input(frame), {})) {}

Builder& Builder::append(const std::string& name, Op op, Activation activation) {
  at_ = graph_.add(name, std::move(op), {at_}, activation);
  return *this;
}

Builder& Builder::conv(const std::string& name, Index filters, Index kernel, Index stride,
                       Padding padding, Activation activation, bool bias) {
  Conv op;
  op.filters = filters;
  op.sliding = {{1, kernel, kernel}, {1, stride, stride}, padding, {}};
  op.bias = bias;
  return append(name, op, activation);
}

Builder& Builder::conv3d(const std::string& name, Index filters) {
  Conv op;
  op.filters = filters;
  op.sliding = {{3, 3, 3}, {}, Padding::same, {}};
  op.dimensions = 3;
  return append(name, op, Activation::relu);
}

Builder& Builder::separable_conv(const std::string& name, Index filters) {
  SeparableConv op;
  op.filters = filters;
  op.sliding = {{1, 3, 3}, {}, Padding::same, {}};
  op.bias = false;
  return append(name, op);
}

Builder& Builder::max_pool(const std::string& name, Index kernel, Index stride, Padding padding) {
  Pool op;
  op.sliding = {{1, kernel, kernel}, {1, stride, stride}, padding, {}};
  return append(name, op);
}

Builder& Builder::max_pool3d(const std::string& name, Index frames) {
  Pool op;
  op.sliding = {{frames, 2, 2}, {frames, 2, 2}, Padding::same, {}};
  op.dimensions = 3;
  return append(name, op);
}

Builder& Builder::batch_norm(const std::string& name, float epsilon) {
  BatchNorm op;
  op.epsilon = epsilon;
  return append(name, op);
}

Builder& Builder::relu(const std::string& name) {
  return append(name, Identity{}, Activation::relu);
}

Builder& Builder::zero_pad(const std::string& name, Index width) {
  ZeroPad op;
  op.before = {0, width, width};
  op.after = {0, width, width};
  return append(name, op);
}

Builder& Builder::add(const std::string& name, LayerId other) {
  at_ = graph_.add(name, Add{}, {other, at_});
  return *this;
}

Builder& Builder::global_average_pool(const std::string& name) {
  return append(name, GlobalPool{});
}

Builder& Builder::flatten(const std::string& name) {
  return append(name, Flatten{});
}

Builder& Builder::dense(const std::string& name, Index units, Activation activation) {
  Dense op;
  op.units = units;
  return append(name, op, activation);
}

Builder& Builder::classifier(const std::string& name, Index classes) {
  dense(name, classes, Activation::linear);
  return append(name + "/softmax", Softmax{});
}

}  // namespace shoal::graph
