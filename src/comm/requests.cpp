#include "comm/requests.hpp"

#include "comm/handle.hpp"
#include "comm/mpi_call.hpp"

namespace shoal::comm {
namespace {

/// All transfers are met in one order by every pair, and MPI keeps the order of messages between
/// two ranks, so that one tag is enough.
constexpr int tag = 1;

}  // namespace

Requests::~Requests() {
  for (MPI_Request& request : requests_) {
    if (request == MPI_REQUEST_NULL) continue;
    MPI_Cancel(&request);
    MPI_Request_free(&request);
  }
}

void Requests::send(std::span<const float> values, int to) {
  MPI_Request& request = requests_.emplace_back(MPI_REQUEST_NULL);
  if (values.empty()) return;
  check(MPI_Isend(values.data(), to_count(static_cast<Index>(values.size())), MPI_FLOAT, to, tag,
                  communicator_.handle().mpi, &request),
        "MPI_Isend");
}

void Requests::send_synchronously(std::span<const float> values, int to) {
  MPI_Request& request = requests_.emplace_back(MPI_REQUEST_NULL);
  if (values.empty()) return;
  check(MPI_Issend(values.data(), to_count(static_cast<Index>(values.size())), MPI_FLOAT, to, tag,
                   communicator_.handle().mpi, &request),
        "MPI_Issend");
}

void Requests::receive(std::span<float> values, int from) {
  MPI_Request& request = requests_.emplace_back(MPI_REQUEST_NULL);
  if (values.empty()) return;
  check(MPI_Irecv(values.data(), to_count(static_cast<Index>(values.size())), MPI_FLOAT, from, tag,
                  communicator_.handle().mpi, &request),
        "MPI_Irecv");
}

}  // namespace shoal::comm
