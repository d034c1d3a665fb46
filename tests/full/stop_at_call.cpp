// Preloaded into a program of MPI's: stops a rank before one of the calls that all ranks make
// together, as SHOAL_STOP_AT=RANK:NUMBER says; the first such call has the number 1.

#include <csignal>
#include <cstdlib>
#include <string>

#include <mpi.h>

namespace {

void stop_if_due() {
  static int calls = 0;
  ++calls;
  const char* const wanted = std::getenv("SHOAL_STOP_AT");
  const char* const rank = std::getenv("OMPI_COMM_WORLD_RANK");
  if (wanted == nullptr || rank == nullptr) return;
  if (std::string(rank) + ":" + std::to_string(calls) == wanted) std::raise(SIGSTOP);
}

}  // namespace

extern "C" {

int MPI_Comm_dup(MPI_Comm communicator, MPI_Comm* made) {
  stop_if_due();
  return PMPI_Comm_dup(communicator, made);
}

int MPI_Comm_split_type(MPI_Comm communicator, int type, int key, MPI_Info info, MPI_Comm* made) {
  stop_if_due();
  return PMPI_Comm_split_type(communicator, type, key, info, made);
}

int MPI_Iallgather(const void* own, int count, MPI_Datatype type, void* all, int counts,
                   MPI_Datatype types, MPI_Comm communicator, MPI_Request* request) {
  stop_if_due();
  return PMPI_Iallgather(own, count, type, all, counts, types, communicator, request);
}

int MPI_Iallgatherv(const void* own, int count, MPI_Datatype type, void* all, const int counts[],
                    const int offsets[], MPI_Datatype types, MPI_Comm communicator,
                    MPI_Request* request) {
  stop_if_due();
  return PMPI_Iallgatherv(own, count, type, all, counts, offsets, types, communicator, request);
}
}
