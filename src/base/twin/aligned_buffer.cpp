#include "shoal/base/aligned_buffer.hpp"

#include <algorithm>
#include <limits>
#include <new>

#include <sys/mman.h>

// All buffers of all ranks are the beginning of one region: hundreds of devices' activations fit
// into one computer, which only pretends to compute with them.
namespace shoal {
namespace {

/// More than any buffer, as far as there are addresses; a page of it takes memory once something is
/// written to it.
constexpr auto region_bytes = static_cast<std::size_t>(
    std::min<Bytes>(Bytes{1} << 40U, std::numeric_limits<std::size_t>::max() / 4));

class Region {
 public:
  Region() {
    if (begin_ == MAP_FAILED) throw std::bad_alloc();
  }
  [[nodiscard]] float* begin() const { return static_cast<float*>(begin_); }

 private:
  void* begin_ = ::mmap(nullptr, region_bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
};

}  // namespace

float* AlignedBuffer::allocate(std::size_t count) {
  if (count > region_bytes / sizeof(float)) throw std::bad_alloc();
  static const Region region;
  return region.begin();
}

void AlignedBuffer::free(float* /*data*/) {}

}  // namespace shoal
