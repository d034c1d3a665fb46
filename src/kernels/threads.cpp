#include "shoal/kernels/threads.hpp"

#include <algorithm>

#include <cblas.h>
#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/task_arena.h>

namespace shoal::kernels {

/// The arena has as many slots as there are threads. In oneTBB's own, which has one for each core,
/// a static partitioner leaves a proxy for every slot that the limit keeps empty, and nobody takes
/// them away (oneTBB issue 1403).
struct Threads::Limit {
  explicit Limit(int threads)
      : count(threads),
        control(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads)),
        arena(threads) {}

  /// Of each thread, so that what runs beside it, as a reader of frames, keeps its own.
  static Limit*& present() {
    // NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): nobody else's
    thread_local Limit* one = nullptr;
    return one;
  }

  int count;
  tbb::global_control control;
  tbb::task_arena arena;
};

Threads::Threads(int count) : limit_(std::make_unique<Limit>(count)) {
  Limit::present() = limit_.get();
  openblas_set_num_threads(count);
}

Threads::~Threads() {
  Limit::present() = nullptr;
}

Index Threads::count() {
  const Limit* const limit = Limit::present();
  return limit != nullptr ? limit->count : tbb::info::default_concurrency();
}

void Threads::execute(const std::function<void()>& work) {
  Limit* const limit = Limit::present();
  if (limit == nullptr) return work();
  limit->arena.execute([&work] { work(); });
}

}  // namespace shoal::kernels
