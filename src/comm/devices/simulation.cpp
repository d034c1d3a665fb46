#include "shoal/comm/simulation.hpp"

#include <stdexcept>

namespace shoal::comm {

bool is_simulated() {
  return false;
}

void simulate(const Simulation& /*simulation*/, const std::function<void()>& /*body*/) {
  throw std::logic_error("real devices cannot be simulated");
}

void compute_for(Seconds /*seconds*/) {
  throw std::logic_error("real devices compute");
}

}  // namespace shoal::comm
