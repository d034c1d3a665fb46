#pragma once

#include <memory>

namespace shoal::kernels {

/// How many threads kernels use as long as this lives; without one, as many as there are cores.
class Threads {
 public:
  explicit Threads(int count);
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads();

 private:
  struct Limit;
  std::unique_ptr<Limit> limit_;
};

}  // namespace shoal::kernels
