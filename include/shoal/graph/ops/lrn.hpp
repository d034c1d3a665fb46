#pragma once

#include "shoal/graph/operator.hpp"

namespace shoal::graph {

/// Local response normalisation across channels (Krizhevsky et al., 2012):
/// x / (k + alpha * sum of x^2 over the `size` channels centred on it)^beta.
/// `alpha` is not divided by `size`, as in the paper and TensorFlow (Caffe and PyTorch divide).
struct Lrn : Operator {
  Index size = 5;
  float k = 1;
  float alpha = 1e-4F;
  float beta = 0.75F;

  [[nodiscard]] std::string kind() const { return "LRN"; }
  [[nodiscard]] Shape output(std::span<const Shape> inputs) const;
  [[nodiscard]] double flops(const Shape& input, const Shape& output) const;
  [[nodiscard]] Footprint footprint(const Shape& input, const Shape& output) const;
};

}  // namespace shoal::graph
