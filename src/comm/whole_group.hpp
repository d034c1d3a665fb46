#pragma once

#include <mpi.h>

#include "shoal/comm/communicator.hpp"

namespace shoal::comm {

// MPI's own collectives, over all members of a communicator. On real devices a member that waits
// for the others sees to other things meanwhile (WhileWaiting); in the twin it does not.

void broadcast(void* data, int count, MPI_Datatype type, int root, const Communicator& group);
/// As many from every member.
void allgather(const void* own, int count, MPI_Datatype type, void* all, const Communicator& group);
/// `counts` and `offsets` by member.
void allgatherv(const void* own, int count, MPI_Datatype type, void* all, const int* counts,
                const int* offsets, const Communicator& group);
/// In place, element by element.
void allreduce(void* values, int count, MPI_Datatype type, MPI_Op op, const Communicator& group);
void barrier(const Communicator& group);

}  // namespace shoal::comm
