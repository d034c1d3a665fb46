#pragma once

#include <cstdint>
#include <string>

#include "shoal/program/program.hpp"

namespace shoal::program {

/// One rank's steps, a line each:
///
///     receive  t0     rooted at 0                 224x224x3
///     compute  t1     block1_conv1  h[0,112)      from t0 h[0,113)
///     transfer t1 -> t2  halo  sends 57.3 kB  receives 57.3 kB
std::string to_text(const Program& program, Rank rank);

/// A step in one line.
std::string to_text(const Program& program, Rank rank, const Step& step);

/// The same for two programs only if every rank does the same in both: ranks compare it before the
/// first frame. FNV-1a over the text of all ranks.
std::uint64_t digest(const Program& program);

}  // namespace shoal::program
