#pragma once

#include "shoal/program/program.hpp"

namespace shoal::program {

/// The part of check() that is about what Compute steps make: that each fills its buffer from all
/// that its operator reads, and that together they make each layer's output as they should. Throws
/// std::logic_error that names the layer.
void check_outputs(const Program& program);

}  // namespace shoal::program
