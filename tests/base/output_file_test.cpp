#include "shoal/base/output_file.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <fmt/core.h>
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

TEST_F(PendingFileTest, WritesToThePipeThatSomebodyReads) {
  const fs::path name = folder / "pipe";
  ASSERT_EQ(::mkfifo(name.c_str(), 0600), 0);
  const int reader = ::open(name.c_str(), O_RDONLY | O_NONBLOCK);
  {
    PendingStream file(name);
    file.write("one\n");
    file.write("two\n");
    file.commit();
  }
  std::array<char, 16> bytes{};
  EXPECT_EQ(::read(reader, bytes.data(), bytes.size()), 8);
  ::close(reader);
  EXPECT_TRUE(fs::is_fifo(name));
}

/// `/dev/stdout` stands for whatever that is, a file too; it is written on, not replaced.
TEST_F(PendingFileTest, WritesOnWhatIsOpenAlready) {
  const fs::path name = folder / "log";
  const int opened = ::open(name.c_str(), O_WRONLY | O_CREAT, 0600);
  ASSERT_EQ(::write(opened, "before\n", 7), 7);
  {
    PendingStream file(fmt::format("/dev/fd/{}", opened));
    EXPECT_TRUE(file.file().is_direct());
    file.write("one\n");
    file.commit();
  }
  ::close(opened);
  EXPECT_EQ(contents(name), "before\none\n");
}

TEST_F(PendingFileTest, FollowsLinksAndLeavesThem) {
  fs::create_directory(folder / "there");
  std::ofstream(folder / "there" / "file") << "old";
  fs::create_symlink("there/file", folder / "one");
  fs::create_symlink("one", folder / "two");
  PendingStream file(folder / "two");
  file.write("new");
  file.commit();
  EXPECT_TRUE(fs::is_symlink(folder / "two"));
  EXPECT_EQ(contents(folder / "there" / "file"), "new");
  fs::create_symlink("nowhere", folder / "three");
  EXPECT_THROW(PendingFile{folder / "three"}, Error);
}

TEST_F(PendingFileTest, FollowsNoLinkThatStandsForAPartialFile) {
  std::ofstream(folder / "precious") << "old";
  fs::create_symlink("precious", folder / "answers.txt.part");
  EXPECT_THROW(PendingFile{folder / "answers.txt"}, Error);
  EXPECT_EQ(contents(folder / "precious"), "old");
}

TEST_F(PendingFileTest, HasOneWriter) {
  PendingStream first(folder / "answers.txt");
  first.write("one\n");
  EXPECT_THROW(PendingFile(folder / "answers.txt", Leftover::replace), Error);
  EXPECT_THROW(PendingFile(folder / "answers.txt", Leftover::set_aside), Error);
  first.commit();
  EXPECT_EQ(contents(folder / "answers.txt"), "one\n");
}

TEST_F(PendingFileTest, KeepsWhatIsWorthKeeping) {
  {
    PendingStream file(folder / "answers.txt");
    file.write("one\n");
    file.keep();
  }
  EXPECT_EQ(contents(folder / "answers.txt.part"), "one\n");
  {
    PendingStream file(folder / "answers.txt", Leftover::append);
    file.write("two\n");
  }
  EXPECT_EQ(contents(folder / "answers.txt.part"), "one\ntwo\n");
  const PendingFile file(folder / "answers.txt", Leftover::set_aside);
  EXPECT_TRUE(file.has_set_aside());
  EXPECT_EQ(contents(folder / "answers.txt.part.old"), "one\ntwo\n");
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
