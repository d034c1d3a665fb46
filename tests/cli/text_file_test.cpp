#include "cli/text_file.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace shoal::cli {
namespace {

using ::testing::HasSubstr;

class TextFile : public ::testing::Test {
 protected:
  static std::string refusal(const std::string& path) {
    return shoal::testing::error_text([&] { read_text(path); });
  }
  shoal::testing::TemporaryFolder folder_;
};

TEST_F(TextFile, IsReadWhole) {
  const std::string path = folder_.file("a.json");
  std::string text(200'000, 'x');
  text[70'000] = '\0';
  std::ofstream(path) << text;
  EXPECT_EQ(read_text(path), text);
  EXPECT_NE(read_text("/proc/self/status"), "") << "has bytes though its size is 0";
}

TEST_F(TextFile, ThatIsNoneIsRefused) {
  EXPECT_THAT(refusal(folder_.file("none")), HasSubstr("none: cannot be read: No such file"));
  std::filesystem::create_directory(folder_.file("folder"));
  EXPECT_THAT(refusal(folder_.file("folder")), HasSubstr("it is a folder"));
}

/// None of them ends, and the pipe has nobody who writes.
TEST_F(TextFile, WithoutAnEndIsRefusedAtOnce) {
  const std::string pipe = folder_.file("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  for (const std::string& path : {pipe, std::string("/dev/zero"), std::string("/dev/tty")}) {
    EXPECT_THAT(refusal(path), HasSubstr("a pipe or a device")) << path;
  }
}

/// A file with holes is as large as it says; nothing of it is on the disk.
TEST_F(TextFile, ThatIsTooLargeIsRefused) {
  const std::string path = folder_.file("large.json");
  std::ofstream(path).put('x');
  std::filesystem::resize_file(path, most_document_bytes);
  EXPECT_EQ(read_text(path).size(), most_document_bytes);
  std::filesystem::resize_file(path, most_document_bytes + 1);
  EXPECT_THAT(refusal(path), HasSubstr("large.json: is larger than 32.0 MB"));
}

}  // namespace
}  // namespace shoal::cli
