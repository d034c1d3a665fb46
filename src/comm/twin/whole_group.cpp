#include "comm/whole_group.hpp"

#include "comm/handle.hpp"
#include "comm/mpi_call.hpp"

// SMPI's non-blocking collectives send something from everyone to everyone, which takes minutes
// with hundreds of ranks; MPI_Waitany takes them for done.
namespace shoal::comm {

void broadcast(void* data, int count, MPI_Datatype type, int root, const Communicator& group) {
  check(MPI_Bcast(data, count, type, root, group.handle().mpi), "MPI_Bcast");
}

void allgather(const void* own, int count, MPI_Datatype type, void* all,
               const Communicator& group) {
  check(MPI_Allgather(own, count, type, all, count, type, group.handle().mpi), "MPI_Allgather");
}

void allgatherv(const void* own, int count, MPI_Datatype type, void* all, const int* counts,
                const int* offsets, const Communicator& group) {
  check(MPI_Allgatherv(own, count, type, all, counts, offsets, type, group.handle().mpi),
        "MPI_Allgatherv");
}

void allreduce(void* values, int count, MPI_Datatype type, MPI_Op op, const Communicator& group) {
  check(MPI_Allreduce(MPI_IN_PLACE, values, count, type, op, group.handle().mpi), "MPI_Allreduce");
}

void barrier(const Communicator& group) {
  check(MPI_Barrier(group.handle().mpi), "MPI_Barrier");
}

}  // namespace shoal::comm
