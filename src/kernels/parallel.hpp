#pragma once

#include <algorithm>

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>

#include "shoal/base/units.hpp"
#include "shoal/kernels/while_computing.hpp"

namespace shoal::kernels {

/// How many threads parallel_for() has at most.
inline Index thread_count() {
  const auto allowed =
      tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism);
  return std::min(static_cast<Index>(allowed), Index{tbb::info::default_concurrency()});
}

/// Calls `body(i)` for each i below `count`, on as many threads as Threads allows. Neighbours
/// are on the same thread, so that what they share is in its cache.
template <typename Body>
void parallel_for(Index count, const Body& body) {
  const auto attentive = [&body](Index i) {
    body(i);
    WhileComputing::attend();
  };
  tbb::parallel_for(Index{0}, count, attentive, tbb::static_partitioner());
}

}  // namespace shoal::kernels
