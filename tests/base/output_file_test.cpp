#include "shoal/base/output_file.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class PendingFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "shoal-output-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
  }
  void TearDown() override { fs::remove_all(folder); }

  fs::path folder;
};

TEST_F(PendingFileTest, AppearsWhenItIsCommitted) {
  const fs::path name = folder / "answers.txt";
  PendingFile file(name);
  std::ofstream(file.path()) << "whole";
  EXPECT_FALSE(fs::exists(name));
  file.commit();
  EXPECT_EQ(contents(name), "whole");
  EXPECT_FALSE(fs::exists(folder / "answers.txt.part"));
}

TEST_F(PendingFileTest, LeavesNothingWithoutCommit) {
  {
    const PendingFile file(folder / "answers.txt");
    std::ofstream(file.path()) << "half";
  }
  EXPECT_TRUE(fs::is_empty(folder));
}

TEST_F(PendingFileTest, KeepsTheOldFileUntilTheNewOneIsWhole) {
  const fs::path name = folder / "answers.txt";
  std::ofstream(name) << "old";
  {
    const PendingFile file(name);
    std::ofstream(file.path()) << "half";
  }
  EXPECT_EQ(contents(name), "old");
  PendingFile file(name);
  std::ofstream(file.path()) << "new";
  file.commit();
  EXPECT_EQ(contents(name), "new");
}

TEST_F(PendingFileTest, RefusesWhatCannotBeWritten) {
  EXPECT_THROW(PendingFile(folder / "missing" / "answers.txt"), Error);
  EXPECT_THROW(PendingFile{folder}, Error);
}

TEST_F(PendingFileTest, WritesToADeviceDirectly) {
  PendingFile file("/dev/null");
  EXPECT_EQ(file.path(), "/dev/null");
  file.commit();
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(PendingFileTest, DoesNotWaitForTheReaderOfAPipe) {
  const fs::path name = folder / "pipe";
  ASSERT_EQ(::mkfifo(name.c_str(), 0600), 0);
  const PendingFile file(name);
  EXPECT_EQ(file.path(), name);
}

TEST_F(PendingFileTest, AStreamsBytesAreThereAtOnceAndNamedAtTheEnd) {
  const fs::path name = folder / "answers.txt";
  PendingStream file(name);
  for (const char* bytes : {"one\n", "two\n"}) {
    file.write(bytes);
    EXPECT_FALSE(fs::exists(name));
  }
  EXPECT_EQ(contents(folder / "answers.txt.part"), "one\ntwo\n");
  file.commit();
  EXPECT_EQ(contents(name), "one\ntwo\n");
}

TEST_F(PendingFileTest, AStreamSaysAtOnceThatTheDiskIsFull) {
  PendingStream file("/dev/full");
  EXPECT_THROW(file.write("one\n"), Error);
}

}  // namespace
}  // namespace shoal
