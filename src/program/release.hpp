#pragma once

#include "shoal/program/program.hpp"

namespace shoal::program {

/// The tensors of which a step of `rank` reads or writes the rank's own buffer.
std::vector<TensorId> tensors_of(const Program& program, Rank rank, const Step& step);

/// The tensors of which a step of `rank` reads the rank's own buffer.
std::vector<TensorId> read_by(const Program& program, Rank rank, const Step& step);

/// Puts a Release behind the last step that uses each buffer.
void release_after_last_use(Program& program);

}  // namespace shoal::program
