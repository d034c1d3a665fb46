#pragma once

#include "shoal/program/program.hpp"

namespace shoal::program {

/// The part of check() that is about what steps are for: that every Compute reads what the layers
/// before it made, and no summands; that sums get their bias and activation once, before anyone
/// reads them; that the frame comes in and the answer goes out once. Throws std::logic_error that
/// names the step.
void check_layers(const Program& program);

}  // namespace shoal::program
