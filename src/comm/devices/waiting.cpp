#include "comm/waiting.hpp"

#include <chrono>
#include <thread>

#include "comm/handle.hpp"
#include "comm/mpi_call.hpp"

namespace shoal::comm {
namespace {

/// What is due soon is looked for at once, again and again; later the core is left to others.
constexpr int eager_looks = 200;
/// Between two looks: short beside any network's latency, long enough to leave the core to other
/// ranks of this host.
constexpr std::chrono::microseconds nap(50);

}  // namespace

void wait(std::span<MPI_Request> messages, const Communicator& communicator) {
  const std::function<void()>& idle = communicator.handle().family->idle;
  communicator.handle().waiting = true;
  for (int look = 0;; ++look) {
    int done = 0;
    check(
        MPI_Testall(static_cast<int>(messages.size()), messages.data(), &done, MPI_STATUSES_IGNORE),
        "MPI_Testall");
    if (done != 0) break;
    if (idle) idle();
    if (look < eager_looks) {
      std::this_thread::yield();
    } else {
      std::this_thread::sleep_for(nap);
    }
  }
  communicator.handle().waiting = false;
}

void rest(std::span<MPI_Request* const> /*messages*/, const Communicator& /*communicator*/) {
  std::this_thread::sleep_for(nap);
}

}  // namespace shoal::comm
