#pragma once

#include <random>
#include <vector>

#include "shoal/tensor/tensor.hpp"

namespace shoal::testing {

/// Whole numbers and tensors that are the same in every run with the same seed.
class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}

  Index between(Index low, Index high) {
    return low + static_cast<Index>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool chance(int percent) { return between(1, 100) <= percent; }
  template <typename T>
  const T& pick(const std::vector<T>& values) {
    return values[static_cast<std::size_t>(between(0, static_cast<Index>(values.size()) - 1))];
  }
  /// Values in [-1, 1).
  void fill(std::span<float> values) {
    for (float& value : values) {
      value = static_cast<float>(engine_() >> 40U) / static_cast<float>(1U << 23U) - 1.0F;
    }
  }
  Tensor tensor(const Shape& shape) {
    Tensor tensor(shape);
    fill(tensor.span());
    return tensor;
  }
  std::vector<double> shares(std::size_t count) {
    std::vector<double> shares;
    const bool equal = chance(40);
    for (std::size_t i = 0; i < count; ++i) {
      shares.push_back(equal ? 1.0 : static_cast<double>(between(0, 5)));
    }
    shares[static_cast<std::size_t>(between(0, static_cast<Index>(count) - 1))] += 1.0;
    return shares;
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace shoal::testing
