#include "shoal/base/aligned_buffer.hpp"

#include <new>

#include "shoal/base/error.hpp"

// Each buffer has memory of its own.
namespace shoal {

float* AlignedBuffer::allocate(std::size_t count) {
  const std::size_t bytes = count * sizeof(float);
  void* memory = ::operator new (bytes, std::align_val_t{alignment}, std::nothrow);
  if (memory == nullptr) {
    throw Error("there is no memory for {}; over more ranks each needs less", human_bytes(bytes));
  }
  return static_cast<float*>(memory);
}

void AlignedBuffer::Free::operator()(float* data) const {
  ::operator delete (data, std::align_val_t{alignment});
}

}  // namespace shoal
