#pragma once

#include <vector>

#include "shoal/base/units.hpp"

namespace shoal::kernels {

/// The rows of a matrix whose factor is not 0: behind a rectifier half of them need not be read.
/// They are read in streams side by side, each of which goes through a part of its own of the
/// matrix from its beginning to its end, so that the processor's prefetcher can follow.
class NeededRows {
 public:
  static constexpr std::size_t streams = 4;

  struct Row {
    Index index = 0;
    float factor = 0;
  };

  NeededRows(const float* x, Index rows) {
    for (Index i = 0; i < rows; ++i) {
      if (x[i] != 0) rows_.push_back({i, x[i]});
    }
    // Streams are of one length.
    while (rows_.size() % streams != 0) rows_.push_back({rows_.back().index, 0});
  }

  [[nodiscard]] std::size_t stream_length() const { return rows_.size() / streams; }
  [[nodiscard]] const Row& row(std::size_t stream, std::size_t i) const {
    return rows_[stream * stream_length() + i];
  }

 private:
  std::vector<Row> rows_;
};

}  // namespace shoal::kernels
