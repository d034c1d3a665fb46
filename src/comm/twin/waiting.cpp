#include "comm/waiting.hpp"

#include <vector>

#include "comm/handle.hpp"
#include "comm/mpi_call.hpp"

namespace shoal::comm {

void prepare_waiting() {}

/// One after the other: to watch hundreds at once takes far longer, and none of them may be left
/// out.
void wait(std::span<MPI_Request> messages, const Communicator& communicator) {
  const std::function<void()>& idle = communicator.handle().family->idle;
  communicator.handle().waiting = true;
  for (MPI_Request& message : messages) {
    MPI_Request* const one = &message;
    while (message != MPI_REQUEST_NULL) {
      rest({&one, 1}, communicator, 0);
      if (idle) idle();
    }
  }
  communicator.handle().waiting = false;
}

void rest(std::span<MPI_Request* const> messages, const Communicator& communicator,
          Seconds /*waited*/) {
  std::vector<MPI_Request> watched;
  std::vector<MPI_Request*> places;
  std::vector<MPI_Status*> statuses;
  const auto watch = [&](MPI_Request* request, MPI_Status* status) {
    if (*request == MPI_REQUEST_NULL) return;
    watched.push_back(*request);
    places.push_back(request);
    statuses.push_back(status);
  };
  for (MPI_Request* const message : messages) watch(message, MPI_STATUS_IGNORE);
  for (Expected* const one : communicator.handle().family->awaited) {
    watch(&one->request, &one->status);
  }
  if (watched.empty()) return;
  int done = MPI_UNDEFINED;
  MPI_Status status{};
  check(MPI_Waitany(static_cast<int>(watched.size()), watched.data(), &done, &status),
        "MPI_Waitany");
  const auto i = static_cast<std::size_t>(done);
  *places[i] = MPI_REQUEST_NULL;
  if (statuses[i] != MPI_STATUS_IGNORE) *statuses[i] = status;
}

}  // namespace shoal::comm
