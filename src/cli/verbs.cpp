#include "cli/verbs.hpp"

#include <array>

namespace shoal::cli {

std::span<const Verb> verbs() {
  static constexpr std::array table = {
      Verb{"model", "a network's layers: shapes, parameters, FLOP, bytes", run_model},
      Verb{"run", "compute frames; start it with mpirun -n RANKS", run_run},
      Verb{"plan", "show what every rank does of a plan; write a plan", run_plan},
      Verb{"profile", "measure devices and links; start it with mpirun -n RANKS", run_profile},
      Verb{"simulate", "run a plan on simulated devices: as many as you like", run_simulate},
      Verb{"draw", "draw the demonstration's picture or clip", run_draw},
      Verb{"weights", "make seeded weights; look into a file; cut a rank's shards", run_weights},
  };
  return table;
}

}  // namespace shoal::cli
