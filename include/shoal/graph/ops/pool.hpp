#pragma once

#include "shoal/graph/operator.hpp"

namespace shoal::graph {

enum class PoolKind { max, average };

/// Pooling over windows, 2D or 3D. Padded cells do not count: they are never the maximum, and an
/// average is over the cells inside the input (Keras's rule).
struct Pool : Operator {
  PoolKind pool = PoolKind::max;
  Sliding sliding;
  int dimensions = 2;

  [[nodiscard]] std::string kind() const;
  [[nodiscard]] Shape output(std::span<const Shape> inputs) const;
  [[nodiscard]] double flops(const Shape& input, const Shape& output) const;
  [[nodiscard]] Footprint footprint(const Shape& input, const Shape& output) const;
};

/// The maximum or average over all of space; the output is a feature vector.
struct GlobalPool : Operator {
  PoolKind pool = PoolKind::average;
  int dimensions = 2;

  [[nodiscard]] std::string kind() const;
  [[nodiscard]] Shape output(std::span<const Shape> inputs) const;
  [[nodiscard]] double flops(const Shape& input, const Shape& output) const;
  [[nodiscard]] Footprint footprint(const Shape& input, const Shape& output) const;
  /// An average is the sum of its parts' sums, each divided by the whole count.
  [[nodiscard]] std::vector<Axis> sums() const;
};

}  // namespace shoal::graph
