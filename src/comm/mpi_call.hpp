#pragma once

#include <cstddef>

#include <mpi.h>

#include "shoal/base/units.hpp"

namespace shoal::comm {

/// Throws an Error with MPI's own words unless `code` is success.
void check(int code, const char* call);

/// A count for MPI, whose counts are ints; an Error where it does not fit.
int to_count(Index floats);

}  // namespace shoal::comm
