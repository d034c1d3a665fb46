#pragma once

#include <functional>
#include <memory>

#include "shoal/base/units.hpp"

namespace shoal::kernels {

/// Number of threads that the kernels called by this thread use, as long as this lives; without
/// one, as many as there are cores. There is one at most in a thread.
class Threads {
 public:
  explicit Threads(int count);
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads();

  /// Number of threads for the kernels that the calling thread runs.
  static Index count();
  /// Runs `work` where tasks that it starts go to that many threads.
  static void execute(const std::function<void()>& work);

 private:
  struct Limit;
  std::unique_ptr<Limit> limit_;
};

}  // namespace shoal::kernels
