#include "shoal/storage/record_file.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shoal/base/error.hpp"
#include "shoal/storage/hdf5.hpp"

#include "support/error_text.hpp"
#include "support/full_disk.hpp"
#include "support/python.hpp"
#include "support/temporary_folder.hpp"

namespace shoal::storage {
namespace {

using ::testing::AllOf;
using testing::error_text;
using ::testing::HasSubstr;

constexpr Index width = 50;

std::vector<float> row(std::size_t number) {
  return std::vector<float>(static_cast<std::size_t>(width), static_cast<float>(number));
}

class RecordFileTest : public ::testing::Test {
 protected:
  /// Number of records in a file, each of which is as it was written.
  [[nodiscard]] static std::size_t check(const std::string& path) {
    const InputFile file(path);
    const auto answered = static_cast<std::size_t>(file.numbers("/", "answered").value().front());
    EXPECT_EQ(file.extents("/probabilities"),
              (std::vector<Index>{static_cast<Index>(answered), width}));
    for (std::size_t i = 0; i < answered; ++i) {
      std::vector<float> found(static_cast<std::size_t>(width));
      file.read("/probabilities", std::vector<Hyperslab>{{static_cast<Index>(i), 1}, {0, width}},
                found);
      EXPECT_EQ(found, row(i));
    }
    return answered;
  }
  static void append(RecordFile& file, std::size_t first, std::size_t end) {
    for (std::size_t i = first; i < end; ++i) file.append(row(i), fmt::format("frame {}", i), "");
  }
  [[nodiscard]] std::string show(const std::string& name) const {
    return testing::run_python("storage/files.py", {"show", path_, name});
  }

  testing::TemporaryFolder folder_;
  std::string path_ = folder_.file("a.h5");
  std::string part_ = path_ + ".part";
};

TEST_F(RecordFileTest, GivesBackWhatWasAppended) {
  RecordFile file(path_, width, Leftover::set_aside);
  append(file, 0, 100);
  file.append({}, "frame 100", "is damaged");
  file.commit();
  EXPECT_EQ(folder_.size(), 1U);
  EXPECT_THAT(show("frames"), AllOf(HasSubstr("(101,)"), HasSubstr("b'frame 99', b'frame 100']")));
  EXPECT_THAT(show("errors"), HasSubstr("b'is damaged']"));
  EXPECT_THAT(show("probabilities"), HasSubstr("(101, 50)"));
  EXPECT_EQ(InputFile(path_).numbers("/", "complete").value().front(), 1);
}

TEST_F(RecordFileTest, MayHaveNoRecords) {
  RecordFile(path_, width, Leftover::set_aside).commit();
  EXPECT_EQ(check(path_), 0U);
}

TEST_F(RecordFileTest, LeavesNothingWithoutRecords) {
  { const RecordFile file(path_, width, Leftover::set_aside); }
  EXPECT_EQ(folder_.size(), 0U);
}

TEST_F(RecordFileTest, CanBeReadWhileItIsWritten) {
  RecordFile file(path_, width, Leftover::set_aside);
  append(file, 0, 7);
  file.checkpoint();
  EXPECT_THAT(testing::run_python("storage/files.py", {"show", part_, "probabilities"}),
              HasSubstr("(7, 50)"));
}

/// Its writer is killed at moments spread over what it does; readers need no h5clear.
TEST_F(RecordFileTest, IsWholeWheneverItsWriterIsKilled) {
  std::minstd_rand random(1);
  for (int i = 0; i < 40; ++i) {
    const pid_t writer = ::fork();
    if (writer == 0) {
      RecordFile file(path_, width, i % 2 == 0 ? Leftover::set_aside : Leftover::append);
      for (std::size_t number = file.count();; ++number) {
        append(file, number, number + 1);
        if (number % 3 == 0) file.checkpoint();
      }
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 60'000));
    ::kill(writer, SIGKILL);
    ::waitpid(writer, nullptr, 0);
    // Before the first record there may be none.
    if (!std::filesystem::exists(part_) || std::filesystem::file_size(part_) == 0) continue;
    const std::size_t found = check(part_);
    EXPECT_EQ(RecordFile(path_, width, Leftover::append).count(), found);
  }
}

TEST_F(RecordFileTest, GoesOnWithWhatWasLeft) {
  {
    RecordFile file(path_, width, Leftover::set_aside);
    append(file, 0, 3);
    file.checkpoint();
  }
  RecordFile file(path_, width, Leftover::append);
  EXPECT_EQ(file.count(), 3U);
  EXPECT_EQ(file.last_name(), "frame 2");
  append(file, 3, 10);
  file.commit();
  EXPECT_EQ(check(path_), 10U);
  EXPECT_EQ(folder_.size(), 1U);
}

TEST_F(RecordFileTest, RefusesToGoOnWithOtherRecords) {
  {
    RecordFile file(path_, width, Leftover::set_aside);
    append(file, 0, 3);
    file.checkpoint();
  }
  EXPECT_THAT(error_text([&] { RecordFile(path_, width + 1, Leftover::append); }),
              HasSubstr("cannot be continued"));
  EXPECT_EQ(check(part_), 3U);
}

TEST_F(RecordFileTest, KeepsWhatFitsOnAFullDisk) {
  const std::string text = error_text([&] {
    const testing::FullDisk full(100'000);
    RecordFile file(path_, width, Leftover::set_aside);
    for (std::size_t i = 0;; ++i) {
      append(file, i, i + 1);
      file.checkpoint();
    }
  });
  EXPECT_THAT(text, AllOf(HasSubstr("a.h5: cannot be written: "), HasSubstr("File too large")));
  EXPECT_GT(check(part_), 100U);
  EXPECT_EQ(folder_.size(), 1U);
}

/// Once more after a failure, when there is room again.
TEST_F(RecordFileTest, WritesNothingTwiceBehindAFailure) {
  {
    RecordFile file(path_, width, Leftover::set_aside);
    append(file, 0, 2);
    file.checkpoint();
    {
      const testing::FullDisk full(static_cast<rlim_t>(std::filesystem::file_size(part_)));
      EXPECT_NE(error_text([&] {
                  for (std::size_t i = 2; i < 1000; ++i) {
                    append(file, i, i + 1);
                    file.checkpoint();
                  }
                }),
                "");
    }
    file.checkpoint();
  }
  const std::size_t kept = check(part_);
  EXPECT_EQ(RecordFile(path_, width, Leftover::append).count(), kept);
}

TEST_F(RecordFileTest, NeedsAFile) {
  EXPECT_THAT(error_text([] { RecordFile("/dev/null", width, Leftover::set_aside); }),
              HasSubstr("HDF5 needs a file"));
}

}  // namespace
}  // namespace shoal::storage
