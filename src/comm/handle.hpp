#pragma once

#include <mpi.h>

#include "shoal/comm/communicator.hpp"

namespace shoal::comm {

/// Frees the communicator when it goes.
struct Communicator::Handle {
  explicit Handle(MPI_Comm communicator) : mpi(communicator) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { MPI_Comm_free(&mpi); }

  MPI_Comm mpi;
};

}  // namespace shoal::comm
