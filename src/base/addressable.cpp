#include <limits>

#include "shoal/base/aligned_buffer.hpp"
#include "shoal/base/error.hpp"

namespace shoal {

std::size_t addressable(Index floats) {
  // Pointers into an array must have differences.
  constexpr std::size_t most = std::numeric_limits<std::ptrdiff_t>::max() / sizeof(float);
  const auto count = static_cast<Bytes>(floats);
  if (count > most) {
    throw Error(
        "{} in one piece are more than this {}-bit program can hold; over more ranks the "
        "pieces are smaller",
        human_bytes(count * sizeof(float)), 8 * sizeof(void*));
  }
  return static_cast<std::size_t>(count);
}

}  // namespace shoal
