#include "shoal/media/input_kind.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace shoal::media {
namespace {

TEST(InputKind, IsToldByThePathAndWhatIsThere) {
  const shoal::testing::TemporaryFolder folder;
  std::filesystem::create_directory(folder.file("pictures"));
  EXPECT_EQ(input_kind(folder.file("pictures")), InputKind::folder);
  EXPECT_EQ(input_kind(folder.file("fish.png")), InputKind::picture);
  EXPECT_EQ(input_kind(folder.file("frames.h5")), InputKind::stored);
  EXPECT_EQ(input_kind("/dev/video77"), InputKind::camera);
  EXPECT_EQ(input_kind("/dev/null"), InputKind::camera);
}

}  // namespace
}  // namespace shoal::media
