#include "comm/waiting.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include <sys/prctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "comm/handle.hpp"
#include "comm/mpi_call.hpp"
#include "comm/nap.hpp"

namespace shoal::comm {
namespace {

/// Leaves the core to others.
void sleep(Seconds seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

/// By how much a nap may be too long. Linux's default of 50 us is ten times the shortest nap, and
/// what a layer's exchange takes between ranks of one computer.
constexpr unsigned long nanoseconds_late = 1000;

/// Larger messages between ranks of one computer ask for leave first, which takes three turns of
/// ranks that nap. Open MPI's default of 4 kB is less than most halos and features; this is the
/// most that its buffers take. Whoever sets it otherwise has it so.
constexpr const char* eager_limit = "OMPI_MCA_btl_vader_eager_limit";
constexpr const char* eager_bytes = "32768";

/// How a rank gets a large message of another one on its computer: by itself out of the other's
/// memory or, where this is "none", in pieces that both have to see to.
constexpr const char* single_copy = "OMPI_MCA_btl_vader_single_copy_mechanism";

/// Whether the kernel lets a process read another's memory. The system call filter of a container
/// may forbid it, which Open MPI finds out when a message fails.
bool may_read_memory() {
  char from = 1;
  char to = 0;
  const iovec source{&from, sizeof(from)};
  const iovec target{&to, sizeof(to)};
  return ::process_vm_readv(::getpid(), &target, 1, &source, 1, 0) == sizeof(from);
}

/// Where looking eagerly was in vain, as with segments that take milliseconds each, less of it is
/// done the next time: it would cost a core that others need to see to their part of the chain.
int looks_after(int allowed, int needed) {
  if (needed == 0) return allowed;
  return needed < allowed ? Communicator::Handle::most_looks : std::max(1, allowed / 2);
}

}  // namespace

void prepare_waiting() {
  ::setenv(eager_limit, eager_bytes, 0);
  if (!may_read_memory()) ::setenv(single_copy, "none", 0);
  // Where it is refused naps are longer.
  static_cast<void>(::prctl(PR_SET_TIMERSLACK, nanoseconds_late));
}

void wait(std::span<MPI_Request> messages, const Communicator& communicator) {
  const std::function<void()>& idle = communicator.handle().family->idle;
  communicator.handle().waiting = true;
  int& allowed = communicator.handle().eager_looks;
  int look = 0;
  const Seconds begin = wall_time();
  for (;; ++look) {
    int done = 0;
    check(
        MPI_Testall(static_cast<int>(messages.size()), messages.data(), &done, MPI_STATUSES_IGNORE),
        "MPI_Testall");
    if (done != 0) break;
    if (idle) idle();
    if (look < allowed) {
      std::this_thread::yield();
    } else {
      sleep(nap_after(wall_time() - begin));
    }
  }
  communicator.handle().waiting = false;
  allowed = looks_after(allowed, look);
}

void rest(std::span<MPI_Request* const> /*messages*/, const Communicator& /*communicator*/,
          Seconds waited) {
  sleep(nap_after(waited));
}

}  // namespace shoal::comm
