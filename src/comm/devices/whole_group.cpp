#include "comm/whole_group.hpp"

#include "comm/handle.hpp"
#include "comm/mpi_call.hpp"
#include "comm/waiting.hpp"

namespace shoal::comm {

void broadcast(void* data, int count, MPI_Datatype type, int root, const Communicator& group) {
  MPI_Request request = MPI_REQUEST_NULL;
  check(MPI_Ibcast(data, count, type, root, group.handle().mpi, &request), "MPI_Ibcast");
  wait({&request, 1}, group);
}

void allgather(const void* own, int count, MPI_Datatype type, void* all,
               const Communicator& group) {
  MPI_Request request = MPI_REQUEST_NULL;
  check(MPI_Iallgather(own, count, type, all, count, type, group.handle().mpi, &request),
        "MPI_Iallgather");
  wait({&request, 1}, group);
}

void allgatherv(const void* own, int count, MPI_Datatype type, void* all, const int* counts,
                const int* offsets, const Communicator& group) {
  MPI_Request request = MPI_REQUEST_NULL;
  check(MPI_Iallgatherv(own, count, type, all, counts, offsets, type, group.handle().mpi, &request),
        "MPI_Iallgatherv");
  wait({&request, 1}, group);
}

void allreduce(void* values, int count, MPI_Datatype type, MPI_Op op, const Communicator& group) {
  MPI_Request request = MPI_REQUEST_NULL;
  check(MPI_Iallreduce(MPI_IN_PLACE, values, count, type, op, group.handle().mpi, &request),
        "MPI_Iallreduce");
  wait({&request, 1}, group);
}

void barrier(const Communicator& group) {
  MPI_Request request = MPI_REQUEST_NULL;
  check(MPI_Ibarrier(group.handle().mpi, &request), "MPI_Ibarrier");
  wait({&request, 1}, group);
}

}  // namespace shoal::comm
