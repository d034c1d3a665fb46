#pragma once

#include <memory>
#include <vector>

#include "shoal/base/aligned_buffer.hpp"
#include "shoal/base/units.hpp"

namespace shoal::runtime {

/// Keeps the memory of frames for the next ones: they need the same sizes, and fresh pages from the
/// system cost more than many layers do.
class BufferPool {
 public:
  /// At least `count` floats until nobody has them any more: the smallest free buffer that holds
  /// them, or a new one. The pool must live longer.
  std::shared_ptr<AlignedBuffer> acquire(std::size_t count);
  /// All the memory that the pool ever handed out and still owns or lends.
  [[nodiscard]] Bytes bytes() const { return bytes_; }

 private:
  struct Lease;
  AlignedBuffer take(std::size_t count);
  void give_back(AlignedBuffer buffer);

  std::vector<AlignedBuffer> free_;  ///< ascending by size
  Bytes bytes_ = 0;
};

}  // namespace shoal::runtime
