#include "cli/answer_text.hpp"

#include <array>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace shoal::cli {
namespace {

constexpr std::array<float, 3> probabilities = {0.25F, 0.5F, 0.25F};
const std::vector<std::string> labels = {"ant", "honey, bee", "cat"};

Answer answer(std::size_t frame, const std::string& label, std::size_t guesses) {
  return {frame, label, 0.5, best_guesses(probabilities, guesses, labels), probabilities, {}};
}

TEST(PlainText, IsForPeople) {
  const auto text = plain_text();
  EXPECT_EQ(text->text(answer(0, "fish.png", 2)),
            "fish.png\n   50.0 %  1  honey, bee\n   25.0 %  0  ant\n");
  EXPECT_EQ(text->text({0, "a\nb", 0, {}, {}, "is damaged"}), "a\\nb\n  error: is damaged\n");
  EXPECT_EQ(text->end(2, ""), "complete: 2 answers\n");
  EXPECT_EQ(text->end(2, "no power"), "partial: 2 answers: no power\n");
}

TEST(JsonLines, AreObjects) {
  const auto text = json_lines();
  EXPECT_EQ(nlohmann::json::parse(text->text(answer(3, "sea\xff.png", 1))),
            nlohmann::json::parse(R"({"frame": 3, "input": "sea\ufffd.png", "seconds": 0.5,
                "top": [{"class": 1, "label": "honey, bee", "probability": 0.5}]})"));
  EXPECT_EQ(text->text({4, "a", 0, {}, {}, "is damaged"}),
            "{\"frame\":4,\"input\":\"a\",\"error\":\"is damaged\"}\n");
  EXPECT_EQ(text->end(2, ""), "{\"end\":\"complete\",\"answers\":2}\n");
  EXPECT_EQ(text->end(2, "no power"),
            "{\"end\":\"partial\",\"answers\":2,\"reason\":\"no power\"}\n");
}

TEST(CommaSeparated, HasARowForEachGuess) {
  const auto text = comma_separated();
  EXPECT_EQ(text->head(), "frame,input,seconds,rank,class,label,probability,error\n");
  EXPECT_EQ(text->text(answer(1, "a \"b\".png", 2)),
            "1,\"a \"\"b\"\".png\",0.500000,1,1,\"honey, bee\",0.5,\n"
            "1,\"a \"\"b\"\".png\",0.500000,2,0,ant,0.25,\n");
  EXPECT_EQ(text->text({4, "a", 0, {}, {}, "is damaged"}), "4,a,,,,,,is damaged\n");
}

/// Answers with no guesses and with several, some of them errors: all are found, and the end is
/// none.
TEST(ReadAnswers, FindsWhatWasWritten) {
  using Make = std::unique_ptr<AnswerText> (*)();
  for (const Make make : {&plain_text, &json_lines, &comma_separated}) {
    for (const std::size_t guesses : {0U, 1U, 3U}) {
      const auto text = make();
      std::string written = text->head();
      for (std::size_t frame = 0; frame < 6; ++frame) {
        const std::string label = "frame " + std::to_string(frame);
        written += text->text(frame % 3 == 2 ? Answer{frame, label, 0, {}, {}, "is damaged"}
                                             : answer(frame, label, guesses));
      }
      std::istringstream file(written + text->end(6, "no power") + "half a l");
      const TextContents found = read_answers(file, *text, guesses);
      EXPECT_EQ(found.answers, 6U);
      EXPECT_EQ(found.last_label, "frame 5");
      EXPECT_EQ(found.bytes, static_cast<std::int64_t>(written.size()));
      EXPECT_FALSE(found.is_foreign);
    }
  }
}

TEST(ReadAnswers, KnowsWhatIsNone) {
  std::istringstream file("Dear diary,\nnothing happened.\n");
  EXPECT_TRUE(read_answers(file, *json_lines(), 1).is_foreign);
}

}  // namespace
}  // namespace shoal::cli
