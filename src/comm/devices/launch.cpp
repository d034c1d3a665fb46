#include "comm/launch.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace shoal::comm {
namespace {

/// What Open MPI's mpirun, PMIx, the older PMI and Slurm's srun tell the ranks that they start.
constexpr std::array launchers = {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_FD",
                                  "SLURM_STEP_ID"};

bool is_launched() {
  return std::any_of(launchers.begin(), launchers.end(),
                     [](const char* name) { return std::getenv(name) != nullptr; });
}

}  // namespace

// Of Open MPI; other MPIs do not look at these. Whoever sets them otherwise has it so.
void prepare_launch() {
  if (is_launched()) return;
  ::setenv("OMPI_MCA_ess_singleton_isolated", "1", 0);
  ::setenv("OMPI_MCA_pml", "ob1", 0);
}

}  // namespace shoal::comm
