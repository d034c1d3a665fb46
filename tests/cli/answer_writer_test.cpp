#include "cli/answer_writer.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "shoal/base/error.hpp"
#include "shoal/storage/hdf5.hpp"

#include "support/error_text.hpp"
#include "support/full_disk.hpp"
#include "support/temporary_folder.hpp"
#include "support/unwatched_leaks.hpp"

namespace shoal::cli {
namespace {

using shoal::testing::error_text;
using ::testing::HasSubstr;

constexpr std::array<float, 4> probabilities = {0.125F, 0.5F, 0.125F, 0.25F};
const std::vector<std::string> labels = {"ant", "bee", "cat", "dog"};
constexpr AnswerSize size{4, 2};

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

Answer answer(std::size_t frame, const std::string& label) {
  return {frame, label, 0.5, best_guesses(probabilities, size.guesses, labels), probabilities, {}};
}

Answer error(std::size_t frame, const std::string& label) {
  return {frame, label, 0, {}, {}, label + ": is damaged"};
}

/// Frames, the third of which cannot be read; names are of the worst kind.
void write(AnswerWriter& writer, std::size_t first, std::size_t end) {
  for (std::size_t frame = first; frame < end; ++frame) {
    const std::string label = fmt::format("sea, \"{}\"\n.png", frame);
    writer.write(frame == 2 ? error(frame, label) : answer(frame, label));
  }
}

class AnswerWriterTest : public ::testing::TestWithParam<const char*> {
 protected:
  // NOLINTNEXTLINE(modernize-use-nodiscard): some only see whether it can be opened
  std::unique_ptr<AnswerWriter> open(bool resume = false) const {
    return make_answer_writer(path_, size, resume);
  }
  [[nodiscard]] bool is_hdf5() const { return std::string(GetParam()) == "a.h5"; }
  /// What the file holds, comparably; of HDF5 the rows and the names.
  [[nodiscard]] std::string contents(const std::string& path) const {
    if (!is_hdf5()) return read(path);
    const storage::InputFile file(path);
    const std::vector<Index> extents = file.extents("/probabilities");
    std::vector<float> values(static_cast<std::size_t>(extents[0] * extents[1]));
    file.read("/probabilities", std::vector<storage::Hyperslab>{{0, extents[0]}, {0, extents[1]}},
              values);
    std::string text = fmt::format("{} {}", file.numbers("/", "answered").value().front(),
                                   file.numbers("/", "complete").value().front());
    for (const float value : values) text += fmt::format(" {}", value);
    return text;
  }

  testing::TemporaryFolder folder_;
  std::string path_ = folder_.file(GetParam());
  std::string part_ = path_ + ".part";
};

TEST_P(AnswerWriterTest, GivesTheNameToAWholeFileOnly) {
  std::ofstream(path_) << "earlier";
  const auto writer = open();
  write(*writer, 0, 4);
  EXPECT_EQ(read(path_), "earlier");
  writer->finish();
  EXPECT_NE(read(path_), "earlier");
  EXPECT_EQ(folder_.size(), 1U);
}

TEST_P(AnswerWriterTest, KeepsWhatWasWrittenWhereTheRunFails) {
  {
    const auto writer = open();
    write(*writer, 0, 3);
    writer->stop("no power");
  }
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_TRUE(std::filesystem::exists(part_));
  EXPECT_EQ(folder_.size(), 1U);
}

TEST_P(AnswerWriterTest, LeavesNothingWhereNothingWasWritten) {
  open()->stop("no power");
  EXPECT_EQ(folder_.size(), 0U);
}

TEST_P(AnswerWriterTest, IsWrittenByOneRunAtATime) {
  const auto first = open();
  write(*first, 0, 2);
  EXPECT_THAT(error_text([&] { open(); }), HasSubstr("another process is writing it"));
  EXPECT_THAT(error_text([&] { open(true); }), HasSubstr("another process is writing it"));
  write(*first, 2, 4);
  first->finish();
  EXPECT_EQ(folder_.size(), 1U);
}

TEST_P(AnswerWriterTest, SetsAnEarlierRunsAnswersAside) {
  write(*open(), 0, 3);
  const auto writer = open();
  EXPECT_EQ(writer->set_aside(), part_ + ".old");
  EXPECT_TRUE(std::filesystem::exists(part_ + ".old"));
  EXPECT_EQ(writer->kept().count, 0U);
}

/// Wherever the first run ends, and whether or not it could say so.
TEST_P(AnswerWriterTest, ResumedGivesWhatAnUndisturbedRunGives) {
  const auto undisturbed = open();
  write(*undisturbed, 0, 5);
  undisturbed->finish();
  const std::string expected = contents(path_);
  for (const std::size_t end : {0U, 1U, 2U, 3U, 5U}) {
    for (const bool is_told : {false, true}) {
      {
        const auto first = open();
        write(*first, 0, end);
        if (is_told || is_hdf5()) first->stop("Ctrl-C");
      }
      const auto second = open(true);
      ASSERT_EQ(second->kept().count, end);
      write(*second, end, 5);
      second->finish();
      EXPECT_EQ(contents(path_), expected) << end;
      EXPECT_EQ(folder_.size(), 1U);
    }
  }
}

/// As a kill in the middle of the system's writing leaves it.
TEST_P(AnswerWriterTest, ResumesBehindTheLastWholeAnswer) {
  if (is_hdf5()) GTEST_SKIP() << "HDF5 files are never torn: RecordFileTest";
  const auto undisturbed = open();
  write(*undisturbed, 0, 5);
  undisturbed->finish();
  const std::string expected = contents(path_);
  for (std::size_t bytes = 0; bytes < expected.size(); ++bytes) {
    std::ofstream(part_, std::ios::binary) << expected.substr(0, bytes);
    const auto writer = open(true);
    write(*writer, writer->kept().count, 5);
    writer->finish();
    ASSERT_EQ(contents(path_), expected) << bytes;
  }
}

TEST_P(AnswerWriterTest, RefusesToGoOnWithSomethingElse) {
  std::ofstream(part_) << "Dear diary,\nnothing happened.\n";
  EXPECT_THAT(error_text([&] { open(true); }), HasSubstr("cannot be continued"));
  EXPECT_EQ(read(part_), "Dear diary,\nnothing happened.\n");
}

TEST_P(AnswerWriterTest, KeepsWhatFitsOnAFullDisk) {
  std::size_t written = 0;
  std::size_t counted = 0;
  {
    std::optional<testing::UnwatchedLeaks> of_hdf5;
    // It keeps what it made for a file that it can't close.
    if (is_hdf5()) of_hdf5.emplace();
    const testing::FullDisk full(is_hdf5() ? 40'000 : 1000);
    const auto writer = open();
    EXPECT_THAT(error_text([&] {
                  for (; written < 10'000; ++written) {
                    writer->write(answer(written, "fish.png"));
                    if (written % 30 == 0) writer->synchronize();
                  }
                }),
                HasSubstr("cannot be written: "));
    try {
      writer->stop("the disk is full");
    } catch (const Error&) {
      // Nor is there room to say so.
    }
    counted = writer->count();
  }
  EXPECT_GT(written, 2U);
  EXPECT_EQ(open(true)->kept().count, counted);
  EXPECT_TRUE(is_hdf5() || counted == written);
}

TEST_P(AnswerWriterTest, FollowsALinkAndLeavesIt) {
  const std::string target = folder_.file(std::string("target-") + GetParam());
  std::ofstream(target) << "earlier";
  std::filesystem::create_symlink(target, path_);
  const auto writer = open();
  write(*writer, 0, 1);
  writer->finish();
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
  EXPECT_NE(read(target), "earlier");
  EXPECT_EQ(folder_.size(), 2U);
}

INSTANTIATE_TEST_SUITE_P(Formats, AnswerWriterTest,
                         ::testing::Values("a.txt", "a.jsonl", "a.csv", "a.h5"));

TEST(AnswerWriter, IsChosenByTheEndingInAnyCase) {
  const testing::TemporaryFolder folder;
  for (const char* name : {"a.JSONL", "b.json"}) {
    const auto writer = make_answer_writer(folder.file(name), size, false);
    writer->write(answer(0, "fish.png"));
    writer->finish();
    const std::string text = read(folder.file(name));
    EXPECT_EQ(nlohmann::json::parse(text.substr(0, text.find('\n'))).at("input"), "fish.png");
  }
  EXPECT_THAT(error_text([&] { make_answer_writer(folder.file("a.xlsx"), size, false); }),
              HasSubstr(".csv"));
  EXPECT_THAT(error_text([] { check_ending("a.xlsx"); }), HasSubstr("a.xlsx: "));
}

TEST(AnswerWriter, WritesTextToTheStandardOutput) {
  ::testing::internal::CaptureStdout();
  const auto writer = make_answer_writer("", size, false);
  writer->write({0, "fish.png", 0.5, best_guesses(probabilities, 1, {}), probabilities, {}});
  writer->finish();
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "fish.png\n   50.0 %  1\n");
}

}  // namespace
}  // namespace shoal::cli
