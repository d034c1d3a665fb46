#pragma once

#include <cstddef>
#include <map>

#include "shoal/program/program.hpp"

#include "runtime/sums.hpp"

namespace shoal::runtime {

/// In which of its two pieces of memory a frame has a tensor.
enum class Piece {
  waiting,   ///< while other frames are computed too: what comes from elsewhere, and the answer
  computing  ///< while the frame itself is computed, which one of a rank's frames is at a time
};

/// Places of a rank's tensors in memory.
struct Places {
  struct Place {
    Piece piece = Piece::computing;
    std::size_t offset = 0;  ///< in floats
  };
  /// Every tensor of which the rank ever holds something, but for those that lie in others.
  std::map<program::TensorId, Place> of;
  std::map<program::TensorId, program::TensorId> in_place;  ///< see program::in_place()
  /// Of the steps whose kernels need one, where in the computing piece their workspace is.
  std::map<std::size_t, std::size_t> workspaces;
  std::size_t waiting = 0;  ///< floats in all
  std::size_t computing = 0;
};

/// @param joined the additions that are made in the pass of a step before, by that step
/// @param workspaces floats, by step
Places places(const program::Program& program, Rank rank, const std::map<std::size_t, Sum>& joined,
              const std::map<std::size_t, std::size_t>& workspaces);

}  // namespace shoal::runtime
