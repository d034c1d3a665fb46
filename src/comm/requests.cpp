#include "comm/requests.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "comm/handle.hpp"
#include "comm/mpi_call.hpp"

namespace shoal::comm {
namespace {

/// All transfers are met in one order by every pair, and MPI keeps the order of messages between
/// two ranks, so that one tag is enough.
constexpr int tag = 1;

/// What is due soon is looked for at once, again and again; later the core is left to others.
constexpr std::chrono::microseconds nap(50);

/// Where looking eagerly was in vain, as with segments that take milliseconds each, less of it is
/// done the next time: it would cost a core that others need to see to their part of the chain.
int looks_after(int allowed, int needed) {
  if (needed == 0) return allowed;
  return needed < allowed ? Communicator::Handle::most_looks : std::max(1, allowed / 2);
}

}  // namespace

void wait(std::span<MPI_Request> requests, const Communicator& communicator) {
  const Communicator::Handle::Idle& idle = *communicator.handle().idle;
  communicator.handle().waiting = true;
  int& allowed = communicator.handle().eager_looks;
  int look = 0;
  for (;; ++look) {
    int done = 0;
    check(
        MPI_Testall(static_cast<int>(requests.size()), requests.data(), &done, MPI_STATUSES_IGNORE),
        "MPI_Testall");
    if (done != 0) break;
    if (idle) idle();
    if (look < allowed) {
      std::this_thread::yield();
    } else {
      std::this_thread::sleep_for(nap);
    }
  }
  communicator.handle().waiting = false;
  allowed = looks_after(allowed, look);
}

void wait(MPI_Request& request, const Communicator& communicator) {
  wait(std::span(&request, 1), communicator);
}

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
