#include "shoal/kernels/threads.hpp"

#include <algorithm>

#include <cblas.h>
#include <tbb/info.h>
#include <tbb/task_arena.h>

namespace shoal::kernels {

/// An arena of its own, not a tbb::global_control: that leaves the arena as many places as there
/// are cores, and what a static_partitioner puts by for places that no thread may take is never
/// freed (oneTBB issue 1403), some kilobytes for each frame.
struct Threads::Arena {
  explicit Arena(int count) : arena(std::clamp(count, 1, tbb::info::default_concurrency())) {}
  tbb::task_arena arena;
};

Threads::Threads(int count) : arena_(std::make_unique<Arena>(count)) {
  openblas_set_num_threads(count);
}

Threads::~Threads() = default;

void Threads::run(const std::function<void()>& work) const {
  arena_->arena.execute(work);
}

}  // namespace shoal::kernels
