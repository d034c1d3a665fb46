#include "cli/answers.hpp"

#include <algorithm>
#include <array>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/labels.hpp"
#include "support/error_text.hpp"
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
  static Tensor tensor() {
    Tensor tensor(Shape::features(4));
    std::copy(probabilities.begin(), probabilities.end(), tensor.span().begin());
    return tensor;
  }

  shoal::testing::TemporaryFolder folder_;
};

TEST_F(AnswersTest, LabelsAreLinesWithWhicheverEnds) {
  EXPECT_EQ(read_label_file(file("a", "ant\nbee\ncat\ndog\n"), 4), labels);
  EXPECT_EQ(read_label_file(file("b", "ant\r\nbee\r\ncat\r\ndog"), 4), labels);
  EXPECT_EQ(read_label_file(file("c", "\ntwo words\n"), 2),
            (std::vector<std::string>{"", "two words"}));
}

TEST_F(AnswersTest, RefusesLabelsThatAreNotAsManyAsClasses) {
  const std::string three = file("labels.txt", "ant\nbee\ncat\n");
  EXPECT_THAT(shoal::testing::error_text([&] { read_label_file(three, 4); }),
              HasSubstr("labels.txt: has 3 lines, the network has 4 classes"));
  EXPECT_THAT(shoal::testing::error_text([&] { read_label_file(folder_.file("none"), 4); }),
              HasSubstr("none: cannot be read"));
}

TEST_F(AnswersTest, CountsWhatIsWrittenAndWhatCouldNotBeRead) {
  Answers answers({folder_.file("a.jsonl"), "", 4, 2, false});
  answers.write("a.png", tensor(), 0.5);
  answers.write_error("b.png", "is damaged");
  EXPECT_EQ(answers.count(), 2U);
  EXPECT_EQ(answers.errors(), 1U);
  EXPECT_EQ(answers.kept(), "2 answers are kept in " + folder_.file("a.jsonl.part") +
                                "; the same command with --resume goes on from there");
  answers.finish();
}

TEST_F(AnswersTest, SaysNothingOfAFileWithoutAnswers) {
  const Answers answers({folder_.file("a.jsonl"), "", 4, 2, false});
  EXPECT_EQ(answers.kept(), "");
  EXPECT_EQ(Answers({"", "", 4, 2, false}).kept(), "");
}

TEST_F(AnswersTest, TellsWhereAnEarlierRunsAnswersWent) {
  {
    Answers earlier({folder_.file("a.jsonl"), "", 4, 2, false});
    earlier.write("a.png", tensor(), 0.5);
  }
  const Answers again({folder_.file("a.jsonl"), "", 4, 2, false});
  EXPECT_THAT(again.set_aside(), HasSubstr(folder_.file("a.jsonl.part.old")));
  EXPECT_EQ(again.resumed(), 0U);
}

}  // namespace
}  // namespace shoal::cli
