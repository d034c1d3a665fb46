#include "shoal/kernels/threads.hpp"

#include <cblas.h>
#include <tbb/global_control.h>

namespace shoal::kernels {

struct Threads::Limit {
  explicit Limit(std::size_t count)
      : control(tbb::global_control::max_allowed_parallelism, count) {}
  tbb::global_control control;
};

Threads::Threads(int count) : limit_(std::make_unique<Limit>(static_cast<std::size_t>(count))) {
  openblas_set_num_threads(count);
}

Threads::~Threads() = default;

}  // namespace shoal::kernels
