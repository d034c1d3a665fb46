#pragma once

#include <vector>

#include "kernels/panels.hpp"

namespace shoal::kernels {

/// A kernel of 3x3 taps, transformed for tiles of m x m outputs: for each of their (m + 2) squared
/// positions a matrix with a row for each tap in depth and each channel.
class WinogradWeights {
 public:
  /// `kernel` is (depth, 3, 3, channels, filters).
  WinogradWeights(Index m, const float* kernel, Index depth, Index channels, Index filters);

  [[nodiscard]] const Panels& position(Index i) const {
    return positions_[static_cast<std::size_t>(i)];
  }
  [[nodiscard]] Bytes bytes() const;
  /// Of such weights.
  static Bytes bytes_of(Index m, Index depth, Index channels, Index filters);

 private:
  std::vector<Panels> positions_;
};

}  // namespace shoal::kernels
