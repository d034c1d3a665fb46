#include "comm/launch.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include <ifaddrs.h>
#include <net/if.h>
#include <sys/socket.h>

#include "shoal/base/error.hpp"

namespace shoal::comm {
namespace {

/// What Open MPI's mpirun, PMIx and the older PMI tell the ranks that they start.
constexpr std::array launchers = {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_FD"};

/// Of the step of srun that this process is a task of. A batch script, and a shell of salloc's, has
/// SLURM_NTASKS of the job as well, but not these.
constexpr const char* slurm_step = "SLURM_STEP_ID";
constexpr const char* slurm_tasks = "SLURM_STEP_NUM_TASKS";

/// How a launcher that is not this MPI's own tells its ranks how many they are.
struct Launcher {
  const char* size;
  const char* name;
};
constexpr std::array others = {
    Launcher{slurm_tasks, "srun"}, Launcher{"PMI_SIZE", "the launcher (mpiexec of MPICH?)"},
    Launcher{"MV2_COMM_WORLD_SIZE", "MVAPICH's launcher"}, Launcher{"FLUX_JOB_SIZE", "flux"},
    Launcher{"JSM_NAMESPACE_SIZE", "jsrun"}};

bool is_set(const char* name) {
  return std::getenv(name) != nullptr;
}

bool has_launcher() {
  return std::any_of(launchers.begin(), launchers.end(), is_set);
}

int number(const char* name) {
  const char* const text = std::getenv(name);
  return text == nullptr ? 0 : std::atoi(text);
}

[[noreturn]] void refuse(const Launcher& launcher, int ranks) {
  throw Error(
      "{} started {} processes that do not find each other: each would compute the whole job; "
      "start them with Open MPI's mpirun, or in Slurm with srun --mpi=pmix (unset {} if they are "
      "to work apart)",
      launcher.name, ranks, launcher.size);
}

constexpr const char* tcp_interfaces = "OMPI_MCA_btl_tcp_if_include";
constexpr const char* tcp_interfaces_left_out = "OMPI_MCA_btl_tcp_if_exclude";

/// Ranks of one computer have its memory, and at most its loopback interface. On others Open MPI 5
/// looks for ways to itself, and prints lines about each IPv6 address that it finds none from.
void keep_to_this_computer() {
  const int ranks = number("OMPI_COMM_WORLD_SIZE");
  if (ranks < 2 || number("OMPI_COMM_WORLD_LOCAL_SIZE") != ranks) return;
  if (!is_set(tcp_interfaces_left_out)) ::setenv(tcp_interfaces, "lo", 0);
}

/// Whether this host has an address of the family that others may reach.
bool has_address(int family) {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return false;
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> all(first, ::freeifaddrs);
  for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
    const bool is_up = (one->ifa_flags & IFF_UP) != 0 && (one->ifa_flags & IFF_LOOPBACK) == 0;
    if (is_up && one->ifa_addr != nullptr && one->ifa_addr->sa_family == family) return true;
  }
  return false;
}

/// Between computers it prints them for each pair of ranks whose link-local addresses do not match,
/// though IPv4 connects them.
void keep_to_ipv4() {
  if (has_address(AF_INET) || !has_address(AF_INET6)) {
    ::setenv("OMPI_MCA_btl_tcp_disable_family", "6", 0);
  }
}

}  // namespace

// Of Open MPI; other MPIs do not look at these. Whoever sets them otherwise has it so.
void prepare_launch(bool is_open_mpi) {
  keep_to_this_computer();
  keep_to_ipv4();
  if (has_launcher()) return;
  if (is_set(slurm_step)) {
    if (!is_open_mpi) return;
    if (number(slurm_tasks) > 1) refuse(others.front(), number(slurm_tasks));
    // Open MPI ends a task of srun that has no PMIx, also the only one of a step, such as the shell
    // that salloc may start.
    ::unsetenv(slurm_step);
  }
  ::setenv("OMPI_MCA_ess_singleton_isolated", "1", 0);
  // All ranks alone of a user have the same one: of two that start or end at once, one may fail to
  // make what the other one is removing.
  ::setenv("OMPI_MCA_orte_create_session_dirs", "0", 0);
  ::setenv("OMPI_MCA_pml", "ob1", 0);
}

void expect_joined(int ranks) {
  // mpirun -n 1 is meant so, whatever it was started by.
  if (ranks > 1 || is_set("OMPI_COMM_WORLD_SIZE")) return;
  for (const Launcher& launcher : others) {
    if (number(launcher.size) > 1) refuse(launcher, number(launcher.size));
  }
}

}  // namespace shoal::comm
