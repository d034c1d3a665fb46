#include "shoal/base/watchdog.hpp"

namespace shoal {

struct Watchdog::Thread {};

Watchdog::Watchdog(Seconds /*limit*/, const std::string& /*line*/) {}

Watchdog::~Watchdog() = default;

}  // namespace shoal
