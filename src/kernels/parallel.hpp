#pragma once

#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>

#include "shoal/base/units.hpp"
#include "shoal/kernels/threads.hpp"
#include "shoal/kernels/while_computing.hpp"

namespace shoal::kernels {

/// Calls `body(i)` for each i below `count`, on as many threads as Threads allows. Neighbours
/// are on the same thread, so that what they share is in its cache.
template <typename Body>
void parallel_for(Index count, const Body& body) {
  const auto attentive = [&body](Index i) {
    body(i);
    WhileComputing::attend();
  };
  if (count == 1 || Threads::count() == 1) {
    for (Index i = 0; i < count; ++i) attentive(i);
    return;
  }
  Threads::execute([count, &attentive] {
    tbb::parallel_for(Index{0}, count, attentive, tbb::static_partitioner());
  });
}

}  // namespace shoal::kernels
