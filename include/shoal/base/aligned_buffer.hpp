#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "shoal/base/units.hpp"

namespace shoal {

/// A volume as the size of something in memory. An Error where so many floats have no addresses:
/// more than 2 GB on a 32-bit system.
std::size_t addressable(Index floats);

/// Owned floats that begin on a cache line. Not initialised: whoever makes one fills it. In the
/// twin, where nobody looks at them, all are in the same place.
class AlignedBuffer {
 public:
  static constexpr std::size_t alignment = 64;

  AlignedBuffer() = default;
  explicit AlignedBuffer(std::size_t count)
      : data_(count > 0 ? allocate(count) : nullptr), count_(count) {}
  /// Floats in memory that `owner` holds, and gives back when it goes; from a cache line on.
  AlignedBuffer(std::span<float> floats, std::shared_ptr<const void> owner)
      : data_(floats.data(), Free{std::move(owner)}), count_(floats.size()) {}
  AlignedBuffer(AlignedBuffer&& other) noexcept
      : data_(std::move(other.data_)), count_(std::exchange(other.count_, 0)) {}
  AlignedBuffer& operator=(AlignedBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(count_, other.count_);
    return *this;
  }

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] float* data() { return data_.get(); }
  [[nodiscard]] const float* data() const { return data_.get(); }
  [[nodiscard]] std::span<float> span() { return {data_.get(), count_}; }
  [[nodiscard]] std::span<const float> span() const { return {data_.get(), count_}; }

 private:
  struct Free {
    void operator()(float* data) const {
      if (!owner) free(data);
    }
    std::shared_ptr<const void> owner;  ///< of memory that is not a buffer's own
  };
  static float* allocate(std::size_t count);
  static void free(float* data);

  std::unique_ptr<float, Free> data_;
  std::size_t count_ = 0;
};

}  // namespace shoal
