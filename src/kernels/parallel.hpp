#pragma once

#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>
#include <tbb/task_arena.h>

#include "shoal/base/units.hpp"
#include "shoal/kernels/while_computing.hpp"

namespace shoal::kernels {

/// Most threads that parallel_for() has: those of the Threads that the caller runs in.
inline Index thread_count() {
  return tbb::this_task_arena::max_concurrency();
}

/// Calls `body(i)` for each i below `count`, on the threads of the Threads that the caller runs in.
/// Neighbours are on the same thread, so that what they share is in its cache.
template <typename Body>
void parallel_for(Index count, const Body& body) {
  const auto attentive = [&body](Index i) {
    body(i);
    WhileComputing::attend();
  };
  tbb::parallel_for(Index{0}, count, attentive, tbb::static_partitioner());
}

}  // namespace shoal::kernels
