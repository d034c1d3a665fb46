#include "cli/answers.hpp"

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "shoal/storage/hdf5.hpp"

#include "support/error_text.hpp"
#include "support/full_disk.hpp"
#include "support/temporary_folder.hpp"

namespace shoal::cli {
namespace {

using ::testing::HasSubstr;

constexpr std::array<float, 4> probabilities = {0.125F, 0.5F, 0.125F, 0.25F};
const std::vector<std::string> labels = {"ant", "bee", "cat", "dog"};

std::vector<std::size_t> classes(const std::vector<Guess>& guesses) {
  std::vector<std::size_t> result;
  for (const Guess& guess : guesses) result.push_back(guess.index);
  return result;
}

TEST(BestGuesses, AreTheMostProbableFirstAndOfEqualsTheLowerIndex) {
  EXPECT_EQ(classes(best_guesses(probabilities, 3, {})), (std::vector<std::size_t>{1, 3, 0}));
  EXPECT_EQ(classes(best_guesses(probabilities, 9, {})), (std::vector<std::size_t>{1, 3, 0, 2}));
  EXPECT_TRUE(best_guesses(probabilities, 0, {}).empty());
}

TEST(BestGuesses, HaveTheirLabels) {
  const auto guesses = best_guesses(probabilities, 2, labels);
  EXPECT_EQ(guesses[0].label, "bee");
  EXPECT_EQ(guesses[1].label, "dog");
  EXPECT_FLOAT_EQ(guesses[1].probability, 0.25F);
  EXPECT_EQ(best_guesses(probabilities, 1, {})[0].label, "");
}

class AnswersTest : public ::testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(folder_.file(name), std::ios::binary) << text;
    return folder_.file(name);
  }
  static std::string read(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  static Answer answer(std::size_t frame, const std::string& label) {
    return {frame, label, 0.5, best_guesses(probabilities, 2, labels), probabilities};
  }
  static void write_two(AnswerWriter& writer) {
    writer.write(answer(0, "fish.png"));
    writer.write(answer(1, "sea\"\xff.png"));
  }

  shoal::testing::TemporaryFolder folder_;
};

TEST_F(AnswersTest, LabelsAreLinesWithWhicheverEnds) {
  EXPECT_EQ(read_labels(file("a", "ant\nbee\ncat\ndog\n"), 4), labels);
  EXPECT_EQ(read_labels(file("b", "ant\r\nbee\r\ncat\r\ndog"), 4), labels);
  EXPECT_EQ(read_labels(file("c", "\ntwo words\n"), 2),
            (std::vector<std::string>{"", "two words"}));
}

TEST_F(AnswersTest, RefusesLabelsThatAreNotAsManyAsClasses) {
  const std::string three = file("labels.txt", "ant\nbee\ncat\n");
  EXPECT_THAT(shoal::testing::error_text([&] { read_labels(three, 4); }),
              HasSubstr("labels.txt: has 3 lines, the network has 4 classes"));
  EXPECT_THAT(shoal::testing::error_text([&] { read_labels(folder_.file("none"), 4); }),
              HasSubstr("none: cannot be read"));
}

TEST_F(AnswersTest, TextIsForPeople) {
  const auto writer = make_answer_writer(folder_.file("answers.txt"), 4);
  writer->write(answer(0, "fish.png"));
  writer->finish();
  EXPECT_EQ(read(folder_.file("answers.txt")), "fish.png\n   50.0 %  1  bee\n   25.0 %  3  dog\n");
}

/// A frame that could not be read has its place in each kind of file.
TEST_F(AnswersTest, SaysWhichFramesCouldNotBeRead) {
  for (const char* name : {"a.txt", "a.jsonl", "a.h5"}) {
    const auto writer = make_answer_writer(folder_.file(name), 4);
    writer->write(answer(0, "fish.png"));
    writer->write_error({1, "cut.png", "is damaged", 4});
    writer->finish();
  }
  EXPECT_THAT(read(folder_.file("a.txt")), HasSubstr("\ncut.png\n  error: is damaged\n"));
  EXPECT_THAT(read(folder_.file("a.jsonl")),
              HasSubstr("\n{\"frame\":1,\"input\":\"cut.png\",\"error\":\"is damaged\"}\n"));
  const storage::InputFile file(folder_.file("a.h5"));
  std::vector<float> values(8);
  const std::vector<storage::Slab> all = {{0, 2}, {0, 4}};
  file.read("/probabilities", all, values);
  EXPECT_EQ(values[1], probabilities[1]);
  EXPECT_TRUE(std::isnan(values[4]) && std::isnan(values[7]));
  EXPECT_TRUE(file.has("/errors"));
}

TEST_F(AnswersTest, WithoutAFileTextGoesToTheStandardOutput) {
  ::testing::internal::CaptureStdout();
  const auto writer = make_answer_writer("", 4);
  writer->write({0, "fish.png", 0.5, best_guesses(probabilities, 1, {}), probabilities});
  writer->finish();
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "fish.png\n   50.0 %  1\n");
}

/// A file may have any name; a line of JSON may not.
TEST_F(AnswersTest, JsonHasAnObjectALineWhateverTheNames) {
  for (const char* name : {"answers.jsonl", "answers.json"}) {
    const auto writer = make_answer_writer(folder_.file(name), 4);
    write_two(*writer);
    writer->finish();
    std::istringstream lines(read(folder_.file(name)));
    std::string line;
    std::getline(lines, line);
    EXPECT_EQ(nlohmann::json::parse(line), nlohmann::json::parse(R"({"frame": 0,
        "input": "fish.png", "seconds": 0.5,
        "top": [{"class": 1, "label": "bee", "probability": 0.5},
                {"class": 3, "label": "dog", "probability": 0.25}]})"));
    std::getline(lines, line);
    EXPECT_EQ(nlohmann::json::parse(line).at("input"), "sea\"\xef\xbf\xbd.png");
    EXPECT_FALSE(std::getline(lines, line));
  }
}

TEST_F(AnswersTest, Hdf5HasARowForEachFrame) {
  for (const char* name : {"answers.h5", "answers.hdf5"}) {
    const std::string path = folder_.file(name);
    const auto writer = make_answer_writer(path, 4);
    write_two(*writer);
    writer->finish();
    const storage::InputFile file(path);
    EXPECT_EQ(file.extents("/probabilities"), (std::vector<Index>{2, 4}));
    std::array<float, 4> row{};
    file.read("/probabilities", std::vector<storage::Slab>{{1, 1}, {0, 4}}, row);
    EXPECT_EQ(row, probabilities);
    EXPECT_TRUE(file.has("/frames"));
  }
}

TEST_F(AnswersTest, NoFileIsLeftOfARunThatFailed) {
  for (const char* name : {"a.txt", "a.jsonl", "a.h5"}) {
    const auto writer = make_answer_writer(folder_.file(name), 4);
    write_two(*writer);
  }
  EXPECT_EQ(folder_.size(), 0U);
}

/// Of a long run the first answer that cannot be written ends it, not the last.
TEST_F(AnswersTest, AFullDiskIsToldAtOnce) {
  for (const char* name : {"a.txt", "a.jsonl"}) {
    const shoal::testing::FullDisk full(100);
    const auto writer = make_answer_writer(folder_.file(name), 4);
    EXPECT_THAT(shoal::testing::error_text([&] {
                  write_two(*writer);
                  write_two(*writer);
                }),
                HasSubstr(std::string(name) + ": cannot be written; is the disk full?"));
  }
  EXPECT_EQ(folder_.size(), 0U);
}

}  // namespace
}  // namespace shoal::cli
