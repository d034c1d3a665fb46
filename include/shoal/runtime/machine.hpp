#pragma once

#include <memory>
#include <span>

#include "shoal/kernels/kernel.hpp"
#include "shoal/program/program.hpp"

namespace shoal::runtime {

/// Task of a kernel in a step.
kernels::Task task_of(const program::Program& program, const program::Compute& step);

/// Machine that a rank runs on.
class Machine {
 public:
  Machine() = default;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  virtual ~Machine() = default;

  /// The step made ready to run any number of times.
  [[nodiscard]] virtual std::unique_ptr<kernels::Kernel> kernel(
      const program::Program& program, const program::Compute& step,
      const kernels::SharedWeights& weights) const = 0;
  /// The same of a step and of an addition that alone reads what it makes (sums.hpp), in one pass;
  /// null where that cannot be.
  [[nodiscard]] virtual std::unique_ptr<kernels::Kernel> kernel_with_sum(
      const program::Program& program, const program::Compute& step, const program::Compute& sum,
      const kernels::SharedWeights& weights) const = 0;
  /// Carries the step out on `values`, its box; `bias` has one value for each channel, or none.
  virtual void finish(const program::Program& program, const program::Finish& step, View values,
                      std::span<const float> bias) const = 0;
  /// The most memory that this rank's process ever had resident.
  [[nodiscard]] virtual Bytes peak_memory() const = 0;
};

/// The one that this process really runs on.
class ThisMachine : public Machine {
 public:
  [[nodiscard]] std::unique_ptr<kernels::Kernel> kernel(
      const program::Program& program, const program::Compute& step,
      const kernels::SharedWeights& weights) const override;
  [[nodiscard]] std::unique_ptr<kernels::Kernel> kernel_with_sum(
      const program::Program& program, const program::Compute& step, const program::Compute& sum,
      const kernels::SharedWeights& weights) const override;
  void finish(const program::Program& program, const program::Finish& step, View values,
              std::span<const float> bias) const override;
  [[nodiscard]] Bytes peak_memory() const override;
};

/// For whoever does not say what to run on.
const Machine& this_machine();

}  // namespace shoal::runtime
