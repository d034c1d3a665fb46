#pragma once

#include <functional>

#include "shoal/base/units.hpp"

namespace shoal::kernels {

/// While one of these lives, kernels that its thread runs call `attend` about every
/// millisecond, on that thread: messages go on while a layer is computed. It must not run kernels
/// and may take some microseconds. There is one at most in a thread, the last that was made.
class WhileComputing {
 public:
  /// A line of 100 Mbit/s is busy for longer with what its buffers hold.
  static constexpr Seconds interval = 1e-3;

  explicit WhileComputing(std::function<void()> attend);
  WhileComputing(const WhileComputing&) = delete;
  WhileComputing& operator=(const WhileComputing&) = delete;
  ~WhileComputing();

  /// Calls what is to be called in this thread, if it is time.
  static void attend();

 private:
  std::function<void()> attend_;
  Seconds next_ = 0;
};

}  // namespace shoal::kernels
