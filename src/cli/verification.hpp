#pragma once

#include <functional>
#include <memory>
#include <string>

#include "shoal/plan/plan.hpp"
#include "shoal/runtime/executor.hpp"

namespace shoal::cli {

/// Largest difference to the answers of one rank that rounds nothing, in parts of the largest
/// value, that is allowed unless the user gives another. By the type that rounds the most, four to
/// five times what the networks were measured to differ by (docs/performance.md, What fewer bytes
/// cost): as float32 2.4e-5, with float16 3.8e-3, with int8 0.11.
double default_tolerance(const plan::Plan& plan);

/// Memory that the weights take once more.
inline Bytes bytes_to_verify(const graph::Graph& lowered) {
  return static_cast<Bytes>(lowered.parameters()) * sizeof(float);
}

/// Computes frames on this rank alone, with all of the weights as float32, and keeps the largest
/// difference to what the job computed.
class Verification {
 public:
  using Load = std::function<graph::LayerWeights(const graph::Graph& lowered, graph::LayerId layer,
                                                 Range inputs, Range outputs)>;

  /// @param between called between layers
  Verification(graph::Graph lowered, const Load& load, std::function<void()> between);

  void compare(const Tensor& frame, const Tensor& answer);
  /// `verify: largest difference 3.1e-08, 2.0e-07 of the largest value, over 3 frames`
  [[nodiscard]] std::string text() const;
  /// An Error where a difference passed `tolerance`, in parts of the frame's largest value, or was
  /// not a number.
  void expect_within(double tolerance) const;

 private:
  std::unique_ptr<program::Program> program_;
  runtime::WeightCache weights_;
  runtime::Memory memory_;
  runtime::Executor executor_;
  std::function<void()> between_;
  double difference_ = 0;
  double relative_ = 0;
  std::size_t frames_ = 0;
};

}  // namespace shoal::cli
