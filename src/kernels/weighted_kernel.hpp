#pragma once

#include <algorithm>

#include "shoal/kernels/kernel.hpp"

#include "kernels/channels.hpp"
#include "kernels/epilogue.hpp"
#include "kernels/panels.hpp"

namespace shoal::kernels {

/// Base of all kernels with weights: they own them, and finish complete rows of outputs.
class WeightedKernel : public Kernel {
 public:
  WeightedKernel(const Task& task, const SharedWeights& weights)
      : weights_(weights),
        complete_(task.complete),
        activation_(task.sum.value_or(task.layer->activation)) {}

 protected:
  [[nodiscard]] Weights& weights() const { return *weights_; }
  [[nodiscard]] const float* kernel() const { return weights_->kernel().data(); }
  [[nodiscard]] std::span<const float> bias() const { return weights_->bias().span(); }
  [[nodiscard]] graph::Activation activation() const { return activation_; }
  /// Least value of an output.
  [[nodiscard]] float floor() const {
    return floor_of(complete_ ? activation_ : graph::Activation::linear);
  }
  /// Bias and activation of complete outputs; of others none.
  [[nodiscard]] ChannelEnd end() const {
    return {complete_ && !bias().empty() ? bias().data() : nullptr, floor()};
  }
  /// For multiply(): the bias of some outputs, filled up to whole panels, or nothing where none is
  /// to be added.
  [[nodiscard]] AlignedBuffer panel_bias(Index first, Index count) const {
    if (!complete_ || bias().empty()) return {};
    const Index width = panel_width();
    AlignedBuffer padded(static_cast<std::size_t>(divided_up(count, width) * width));
    float* end = std::copy_n(bias().data() + first, count, padded.data());
    std::fill(end, padded.data() + padded.size(), 0.0F);
    return padded;
  }
  void finish_if_complete(float* data, Index rows, Index row_length) const {
    if (complete_) finish_rows(data, rows, row_length, bias(), activation_);
  }

 private:
  SharedWeights weights_;
  bool complete_;
  graph::Activation activation_;
};

}  // namespace shoal::kernels
