#pragma once

#include <vector>

#include "shoal/base/aligned_buffer.hpp"
#include "shoal/base/units.hpp"

namespace shoal::runtime {

/// Keeps the memory of released activations for the next ones: frames repeat the same sizes, and
/// fresh pages from the system cost more than many layers do.
class BufferPool {
 public:
  /// At least `count` floats: the smallest free buffer that holds them, or a new one.
  AlignedBuffer take(std::size_t count);
  void give_back(AlignedBuffer buffer);
  /// All the memory that the pool ever handed out and still owns or lends.
  [[nodiscard]] Bytes bytes() const { return bytes_; }

 private:
  std::vector<AlignedBuffer> free_;  ///< ascending by size
  Bytes bytes_ = 0;
};

}  // namespace shoal::runtime
