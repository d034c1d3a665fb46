#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/outcome.hpp"
#include "support/full_disk.hpp"
#include "support/temporary_folder.hpp"

namespace shoal::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class PlanVerb : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.file(name)) << text;
    return folder_.file(name);
  }
  static std::string read(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

  shoal::testing::TemporaryFolder folder_;
};

std::vector<std::string> split(std::vector<std::string> words) {
  words.insert(words.end(),
               {"--model", "alexnet", "--split", "conv=spatial:3,fc1=output:2/1", "-n", "3"});
  return words;
}

TEST_F(PlanVerb, WritesADocument) {
  const Outcome outcome = shoal(split({"plan", "write"}));
  ASSERT_EQ(outcome.code, 0) << outcome.error;
  const auto document = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(document.at("format"), "shoal-plan");
  EXPECT_EQ(document.at("model"), "alexnet");
  EXPECT_EQ(document.at("ranks"), 3);
  const auto& layers = document.at("stages").at(0).at("layers");
  EXPECT_EQ(layers.size(), 6U);
  EXPECT_EQ(layers.at("fc1"),
            nlohmann::json::parse(R"({"scheme": "output", "ranks": [0, 1], "shares": [2, 1]})"));
}

TEST_F(PlanVerb, WritesTheSameIntoAFile) {
  const std::string path = folder_.file("plan.json");
  const Outcome outcome = shoal(split({"plan", "write", "-o", path}));
  ASSERT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(read(path), shoal(split({"plan", "write"})).out);
  // What was written by hand is written again in full.
  EXPECT_EQ(shoal({"plan", "write", path}).out, read(path));
}

TEST_F(PlanVerb, LeavesNoFileOnAFullDisk) {
  const std::string path = folder_.file("plan.json");
  {
    // Less than the document, more than the line that says why.
    const shoal::testing::FullDisk full(512);
    expect_refused(split({"plan", "write", "-o", path}), "cannot be written: File too large");
  }
  EXPECT_EQ(folder_.size(), 0U);
  expect_refused(split({"plan", "write", "-o", folder_.file("none/plan.json")}), "none/plan.json");
}

/// The document, the text and what they mean are one plan: the digest says so.
TEST_F(PlanVerb, ShowsADocumentAsTheSplitThatItWasWrittenFrom) {
  const std::string path = write("plan.json", shoal(split({"plan", "write"})).out);
  const Outcome shown = shoal({"plan", "show", path});
  ASSERT_EQ(shown.code, 0) << shown.error;
  EXPECT_EQ(shown.out, shoal(split({"plan", "show"})).out);
  EXPECT_EQ(shown.out, shoal({"plan", "show", "--plan", path, "--model", "alexnet"}).out);
}

TEST_F(PlanVerb, ShowsEveryRanksStepsAndATable) {
  const Outcome outcome = shoal(split({"plan", "show"}));
  ASSERT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_THAT(outcome.out, StartsWith("rank 0\n"));
  for (const char* text : {"\nrank 2\n", "compute ", " = conv2 ", "answer ",
                           "alexnet for one frame, 2 in flight at most, plan ", "rank  layers",
                           "FLOP", "weights", "activations", "receives"}) {
    EXPECT_THAT(outcome.out, HasSubstr(text));
  }
}

TEST_F(PlanVerb, ShowsOnlyTheTableWhereAsked) {
  const Outcome outcome = shoal(split({"plan", "show", "--summary"}));
  ASSERT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_THAT(outcome.out, StartsWith("rank  layers"));
  EXPECT_THAT(outcome.out, HasSubstr("\nalexnet for one frame, 2 in flight at most, plan "));
  EXPECT_THAT(outcome.out, Not(HasSubstr("compute ")));
  // One for the heading, one for each rank and one for the plan.
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 5);
}

/// AlexNet holds 40,702,632 parameters; the first dense layer has 4608 x 4096 of them and is held
/// by two, the convolutions' by each of three.
TEST_F(PlanVerb, CountsTheWeightsThatEachRankHolds) {
  const Outcome outcome = shoal({"plan", "show", "--summary", "--model", "alexnet"});
  EXPECT_THAT(outcome.out, HasSubstr("162.8 MB"));
  const Outcome halved =
      shoal({"plan", "show", "--summary", "--model", "alexnet", "--split", "fc=output:2", "-n2"});
  EXPECT_THAT(halved.out, Not(HasSubstr("162.8 MB")));
}

TEST_F(PlanVerb, LetsAllThatMovesTravelAsItIsTold) {
  const Outcome written = shoal(split({"plan", "write", "--wire", "int8"}));
  ASSERT_EQ(written.code, 0) << written.error;
  const auto document = nlohmann::json::parse(written.out);
  const auto& layers = document.at("stages").at(0).at("layers");
  EXPECT_EQ(layers.at("conv1").at("wire"), "int8");
  EXPECT_EQ(layers.at("input_1"), nlohmann::json::parse(R"({"wire": "int8"})"));
  EXPECT_EQ(layers.at("pool1"), nlohmann::json::parse(R"({"wire": "int8"})"));
  const std::string path = write("plan.json", written.out);
  const Outcome shown = shoal({"plan", "show", path});
  EXPECT_THAT(shown.out, HasSubstr(" as int8, "));
  EXPECT_EQ(shown.out, shoal(split({"plan", "show", "--wire", "int8"})).out);
  // As the document says without it, and float32 in place of that.
  EXPECT_EQ(shoal({"plan", "show", path, "--wire", "float32"}).out,
            shoal(split({"plan", "show"})).out);
  EXPECT_THAT(shoal({"plan", "--preset", "paper-vgg16-8", "--wire", "float16"}).out,
              HasSubstr(R"("wire": "float16")"));
}

TEST_F(PlanVerb, TellsByWhatConvolutionsAreComputed) {
  const std::string profile = std::string(SHOAL_SOURCE) + "/profiles/pi3-keras.json";
  auto document = nlohmann::json::parse(shoal(split({"plan", "write"})).out);
  const std::string plain = write("plain.json", document.dump());
  auto& layers = document["stages"][0]["layers"];
  layers["conv3"]["algorithms"] = {{"winograd4", {0, 2}}, {"direct", {1}}};
  const std::string path = write("plan.json", document.dump());
  EXPECT_THAT(shoal({"plan", "show", path}).out, HasSubstr(", by winograd4\n"));
  const std::string told = shoal({"plan", "explain", path, "--profile", profile}).out;
  EXPECT_THAT(told, HasSubstr("bytes moved  by\n"));
  EXPECT_THAT(told, HasSubstr("  direct, winograd4\n"));
  EXPECT_THAT(shoal({"plan", "explain", plain, "--profile", profile}).out,
              HasSubstr("bytes moved\n"));
}

TEST_F(PlanVerb, RefusesInOneLine) {
  expect_refused(split({"plan", "write", "--wire", "half"}),
                 "--wire is float32, float16 or int8, not 'half'");
  expect_refused({"plan", "--model", "alexnet", "--wire", "int8"}, "give --wire-error");
  expect_refused({"plan"}, "--model is missing");
  expect_refused({"plan", "tell"}, "ACTION is make, show, explain or write, not 'tell'");
  expect_refused({"plan", "show"}, "--model is missing");
  expect_refused({"plan", "show", "--model", "vgg17"}, "vgg17");
  expect_refused(split({"plan", "show", write("a.json", "{}")}), "not both");
  expect_refused({"plan", "show", "--model", "alexnet", "-n", "0"},
                 "--ranks is 1 to 4096, not '0'");
  expect_refused({"plan", "show", "--model", "alexnet", "-n", "two"}, "two");
  expect_refused({"plan", "write", "--model", "alexnet", "--split", "fc1=output:2"},
                 "--split: fc1=output:2: needs 2 ranks, there are 1");
}

TEST_F(PlanVerb, NamesTheFileThatItCannotUse) {
  expect_refused({"plan", "show", folder_.file("none.json")}, "none.json: cannot be read");
  std::filesystem::create_directory(folder_.file("folder"));
  expect_refused({"plan", "show", folder_.file("folder")}, "folder: cannot be read");
  expect_refused({"plan", "show", write("empty.json", "")}, "empty.json: not JSON");
  expect_refused({"plan", "show", write("other.json", "{}")}, "other.json: /: not a plan");
  const std::string unknown = write("unknown.json", R"({"format": "shoal-plan", "version": 1,
      "model": "vgg17", "ranks": 1, "stages": [{"ranks": [0]}]})");
  expect_refused({"plan", "show", unknown}, "unknown.json: /model: unknown model 'vgg17'");
  const std::string wrong = write("wrong.json", R"({"format": "shoal-plan", "version": 1,
      "model": "alexnet", "ranks": 1, "stages": [{"ranks": [0, 1]}]})");
  expect_refused({"plan", "show", wrong}, "wrong.json: /stages/0/ranks: rank 1 ");
  expect_refused({"plan", "show", wrong, "--model", "vgg16"},
                 "wrong.json: /model: the plan is for");
}

}  // namespace
}  // namespace shoal::cli
