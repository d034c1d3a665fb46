#include "shoal/base/aligned_buffer.hpp"

#include <new>

// Each buffer has memory of its own.
namespace shoal {

float* AlignedBuffer::allocate(std::size_t count) {
  return static_cast<float*>(::operator new (count * sizeof(float), std::align_val_t{alignment}));
}

void AlignedBuffer::Free::operator()(float* data) const {
  ::operator delete (data, std::align_val_t{alignment});
}

}  // namespace shoal
