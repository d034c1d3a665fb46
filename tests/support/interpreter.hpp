#pragma once

#include <vector>

#include "shoal/program/program.hpp"
#include "shoal/runtime/executor.hpp"

namespace shoal::testing {

/// Runs the programs of all ranks in this process, one frame, and gives the answer. Transfers are
/// carried out by their meaning (boxes copied or added up), with no code in common with `comm`.
/// Throws std::logic_error where the ranks would wait for each other for ever.
Tensor interpret(const program::Program& program, const runtime::WeightLoader& load,
                 const Tensor& frame);

}  // namespace shoal::testing
