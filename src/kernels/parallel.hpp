#pragma once

#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>

#include "shoal/base/units.hpp"

namespace shoal::kernels {

/// Calls `body(i)` for each i below `count`, on as many threads as set_threads() allows. Neighbours
/// are on the same thread, so that what they share is in its cache.
template <typename Body>
void parallel_for(Index count, const Body& body) {
  tbb::parallel_for(Index{0}, count, body, tbb::static_partitioner());
}

}  // namespace shoal::kernels
