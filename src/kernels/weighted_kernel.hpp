#pragma once

#include "shoal/kernels/kernel.hpp"

#include "kernels/epilogue.hpp"

namespace shoal::kernels {

/// What all kernels with weights share: they own them, and finish complete rows of outputs.
class WeightedKernel : public Kernel {
 public:
  WeightedKernel(const Task& task, const SharedWeights& weights)
      : weights_(weights), complete_(task.complete), activation_(task.layer->activation) {}

  [[nodiscard]] Bytes weight_bytes() const final {
    return (weights_->kernel.size() + weights_->bias.size()) * sizeof(float);
  }

 protected:
  [[nodiscard]] const float* kernel() const { return weights_->kernel.data(); }
  [[nodiscard]] std::span<const float> bias() const { return weights_->bias.span(); }
  [[nodiscard]] graph::Activation activation() const { return activation_; }
  void finish_if_complete(float* data, Index rows, Index row_length) const {
    if (complete_) finish_rows(data, rows, row_length, bias(), activation_);
  }

 private:
  SharedWeights weights_;
  bool complete_;
  graph::Activation activation_;
};

}  // namespace shoal::kernels
