#pragma once

#include "cli/options.hpp"

namespace shoal::cli {

/// --patience, for every verb whose ranks watch each other (runtime::Heartbeat); in seconds, 0:
/// indefinitely.
Option patience_option();

}  // namespace shoal::cli
