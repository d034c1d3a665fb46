#pragma once

#include "shoal/base/units.hpp"

namespace shoal::kernels {

/// Memory that packed weights may take beyond their size as loaded.
class MemoryBudget {
 public:
  explicit MemoryBudget(Bytes most) : left_(most) {}

  /// False, and nothing taken, where so much is not left.
  bool take(Bytes bytes) {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }
  void give_back(Bytes bytes) { left_ += bytes; }

 private:
  Bytes left_;
};

}  // namespace shoal::kernels
