#include "shoal/base/aligned_buffer.hpp"

#include <cstdint>
#include <new>

#include <sys/mman.h>
#include <unistd.h>

#include "shoal/base/error.hpp"

// Each buffer has memory of its own.
namespace shoal {
namespace {

/// From this size on a buffer may have huge pages inside: weights are read faster by a tenth where
/// fewer addresses are to be translated. Where the system has none, or not now, all else stays.
constexpr std::size_t large = std::size_t{4} << 20U;

void ask_for_huge_pages(void* memory, std::size_t bytes) {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(memory);
  const std::uintptr_t first = (begin + page - 1) / page * page;
  static_cast<void>(::madvise(static_cast<char*>(memory) + (first - begin), begin + bytes - first,
                              MADV_HUGEPAGE));
}

}  // namespace

float* AlignedBuffer::allocate(std::size_t count) {
  const std::size_t bytes = count * sizeof(float);
  void* memory = ::operator new (bytes, std::align_val_t{alignment}, std::nothrow);
  if (memory == nullptr) {
    throw Error("there is no memory for {}; over more ranks each needs less", human_bytes(bytes));
  }
  if (bytes >= large) ask_for_huge_pages(memory, bytes);
  return static_cast<float*>(memory);
}

void AlignedBuffer::free(float* data) {
  ::operator delete (data, std::align_val_t{alignment});
}

}  // namespace shoal
