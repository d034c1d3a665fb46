#include "shoal/base/eager_release.hpp"

#include <cstddef>
#include <vector>

#include <gtest/gtest.h>
#include <malloc.h>

namespace shoal {
namespace {

/// How many blocks have pages of their own, which go when the block does, while one more of so many
/// bytes is there.
std::size_t blocks_of_their_own(std::size_t bytes) {
  const std::vector<char> block(bytes);
  return ::mallinfo2().hblks;
}

TEST(EagerRelease, GivesMemoryOfAMegabyteBackAndKeepsItAfterwards) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer has a heap of its own";
#endif
  constexpr std::size_t megabyte = std::size_t{1} << 20U;
  const std::size_t before = ::mallinfo2().hblks;
  {
    const EagerRelease release;
    EXPECT_EQ(blocks_of_their_own(2 * megabyte), before + 1);
    EXPECT_EQ(blocks_of_their_own(megabyte / 2), before);
  }
  EXPECT_EQ(blocks_of_their_own(2 * megabyte), before);
  EXPECT_EQ(blocks_of_their_own(64 * megabyte), before + 1);
}

}  // namespace
}  // namespace shoal
