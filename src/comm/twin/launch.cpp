#include "comm/launch.hpp"

namespace shoal::comm {

// The simulation starts the ranks.
void prepare_launch() {}

}  // namespace shoal::comm
