#pragma once

#include "shoal/profile/profile.hpp"
#include "shoal/runtime/machine.hpp"

namespace shoal::twin {

/// A device of a profile that is not there: a step takes the (simulated) time that the profile
/// predicts, as for `shoal plan explain`, and nothing is computed.
class Device : public runtime::Machine {
 public:
  /// @param held what the rank holds on it, weights and activations (planner::RankPrice): what does
  ///     not fit is paged, a share of it at each step, by the bytes that the step reads and writes
  Device(const profile::Device& device, Rank rank, Bytes held);

  [[nodiscard]] std::unique_ptr<kernels::Kernel> kernel(
      const program::Program& program, const program::Compute& step,
      const kernels::SharedWeights& weights) const override;
  /// None: the profile knows layers one by one.
  [[nodiscard]] std::unique_ptr<kernels::Kernel> kernel_with_sum(
      const program::Program& /*program*/, const program::Compute& /*step*/,
      const program::Compute& /*sum*/, const kernels::SharedWeights& /*weights*/) const override {
    return nullptr;
  }
  void finish(const program::Program& program, const program::Finish& step, View values,
              std::span<const float> bias) const override;
  [[nodiscard]] Bytes peak_memory() const override { return held_; }

  /// Time of the step.
  [[nodiscard]] Seconds time(const program::Program& program, const program::Compute& step) const;
  [[nodiscard]] Seconds time(const program::Program& program, const program::Finish& step) const;

 private:
  const profile::Device& device_;
  Rank rank_;
  Bytes held_;
};

}  // namespace shoal::twin
