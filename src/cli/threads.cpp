#include "cli/threads.hpp"

#include <algorithm>
#include <thread>

#include <sched.h>

namespace shoal::cli {
namespace {

/// The cores that this process may use: those that mpirun, a job or taskset bound it to.
int allowed_cores() {
  const int of_host = static_cast<int>(std::thread::hardware_concurrency());
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return of_host;
  return std::min(of_host, CPU_COUNT(&allowed));
}

}  // namespace

Option threads_option() {
  return {.name = "threads",
          .takes = Whole{.least = 0, .most = 1024},
          .help = "of each rank; 0: the host's cores shared among its ranks",
          .otherwise = "0"};
}

int threads_of_rank(int wanted, int ranks_on_host) {
  if (wanted > 0) return wanted;
  const int share = static_cast<int>(std::thread::hardware_concurrency()) / ranks_on_host;
  return std::max(1, std::min(share, allowed_cores()));
}

}  // namespace shoal::cli
