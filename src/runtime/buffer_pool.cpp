#include "shoal/runtime/buffer_pool.hpp"

#include <algorithm>

namespace shoal::runtime {
namespace {

bool is_smaller(const AlignedBuffer& buffer, std::size_t count) {
  return buffer.size() < count;
}

}  // namespace

/// Lent memory, which goes back by itself.
struct BufferPool::Lease {
  Lease(BufferPool& from, std::size_t count) : pool(from), buffer(from.take(count)) {}
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() { pool.give_back(std::move(buffer)); }

  BufferPool& pool;
  AlignedBuffer buffer;
};

std::shared_ptr<AlignedBuffer> BufferPool::acquire(std::size_t count) {
  const auto lease = std::make_shared<Lease>(*this, count);
  return {lease, &lease->buffer};
}

AlignedBuffer BufferPool::take(std::size_t count) {
  const auto found = std::lower_bound(free_.begin(), free_.end(), count, is_smaller);
  if (found != free_.end()) {
    AlignedBuffer buffer = std::move(*found);
    free_.erase(found);
    return buffer;
  }
  if (!free_.empty()) {
    // The largest free one is too small: it makes room for the one that is needed.
    bytes_ -= free_.back().size() * sizeof(float);
    free_.pop_back();
  }
  bytes_ += count * sizeof(float);
  return AlignedBuffer(count);
}

void BufferPool::give_back(AlignedBuffer buffer) {
  const auto place = std::lower_bound(free_.begin(), free_.end(), buffer.size(), is_smaller);
  free_.insert(place, std::move(buffer));
}

}  // namespace shoal::runtime
