#pragma once

#include <functional>
#include <memory>

namespace shoal::kernels {

/// A fixed number of threads for kernels. Kernels that run outside of run() use as many as there
/// are cores.
class Threads {
 public:
  /// @param count the calling thread included; more than the cores that this process may use are
  /// not started
  explicit Threads(int count);
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads();

  /// Calls `work` on the calling thread. All kernels in it use these threads.
  void run(const std::function<void()>& work) const;

 private:
  struct Arena;
  std::unique_ptr<Arena> arena_;
};

}  // namespace shoal::kernels
