#include "shoal/comm/connections.hpp"

namespace shoal::comm {

// A simulated link is never cut.
Seconds outlast_cut(Seconds /*cut*/) {
  return 0;
}

bool is_trying_again() {
  return false;
}

}  // namespace shoal::comm
