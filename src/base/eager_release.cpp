#include "shoal/base/eager_release.hpp"

#include <malloc.h>

namespace shoal {
namespace {

constexpr int released_bytes = 1 << 20;
/// The most that glibc's heap takes in one piece (mallopt(3), DEFAULT_MMAP_THRESHOLD_MAX), on
/// 64-bit systems; on others the limit stays where it is.
constexpr int kept_bytes = 32 << 20;

}  // namespace

EagerRelease::EagerRelease() {
  ::mallopt(M_MMAP_THRESHOLD, released_bytes);
}

EagerRelease::~EagerRelease() {
  ::mallopt(M_MMAP_THRESHOLD, kept_bytes);
  // By itself the heap would give back what is free at its end.
  ::mallopt(M_TRIM_THRESHOLD, 2 * kept_bytes);
}

}  // namespace shoal
