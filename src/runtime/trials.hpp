#pragma once

#include <vector>

#include "shoal/program/program.hpp"

namespace shoal::runtime {

/// By step of a rank, the algorithms that are worth measuring, the likeliest first: all that are
/// not estimated to take several times as long as the best. Empty where there is no choice.
using Trials = std::vector<std::vector<graph::ConvolutionAlgorithm>>;
Trials trials(const program::Program& program, Rank rank);

/// In how many programs all of them are tried: one where there is nothing to choose.
std::size_t rounds(const Trials& trials);

/// The program in which the rank computes each convolution by its `round`th trial, and by the
/// likeliest where it has no such.
program::Program with_trials(program::Program program, Rank rank, const Trials& trials,
                             std::size_t round);

}  // namespace shoal::runtime
