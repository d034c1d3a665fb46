#pragma once

#include <functional>

#include "shoal/runtime/executor.hpp"
#include "shoal/runtime/throttle.hpp"

namespace shoal::runtime {

/// Runs one rank's program without the other ranks of its plan. What would come from them, and
/// pixels, are constant.
class DryRun {
 public:
  /// `executor` must outlive this.
  explicit DryRun(const Executor& executor);

  /// Runs the program once.
  /// @param compute carries out each step that computes, which is the execution's next
  void run(const std::function<void(FrameExecution& execution)>& compute) const;

 private:
  const Executor& executor_;
  Tensor frame_;  ///< on the input rank
};

/// Tells the steps how long those of the program take, so that already the first frame is no slower
/// than those that follow.
void learn(Throttle& steps, const Executor& executor);

}  // namespace shoal::runtime
