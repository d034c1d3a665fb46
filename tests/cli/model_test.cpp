#include <algorithm>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/outcome.hpp"

namespace shoal::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

nlohmann::json layer(const nlohmann::json& document, const std::string& name) {
  for (const auto& entry : document.at("layers")) {
    if (entry.at("name") == name) return entry;
  }
  return nullptr;
}

TEST(ModelVerb, WritesJsonWithExactNumbers) {
  const Outcome outcome = shoal({"model", "vgg16", "--format", "json"});
  ASSERT_EQ(outcome.code, 0) << outcome.error;
  const auto document = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(document.at("name"), "vgg16");
  EXPECT_EQ(document.at("parameters"), 138'357'544);
  const auto expected = nlohmann::json::parse(R"({
    "name": "block1_conv2", "op": "Conv2D", "output_shape": [224, 224, 64],
    "parameters": 36928, "flops": 3702587392,
    "weight_bytes": 147712, "activation_bytes": 12845056})");
  EXPECT_EQ(layer(document, "block1_conv2"), expected);
  EXPECT_TRUE(layer(document, "block1_conv2").at("flops").is_number_integer());
  EXPECT_EQ(layer(document, "fc1").at("output_shape"), nlohmann::json::array({4096}));
}

TEST(ModelVerb, KeepsTheFramesOfAClip) {
  const auto document = nlohmann::json::parse(shoal({"model", "c3d", "--format=json"}).out);
  const auto shape = [&](const char* name) { return layer(document, name).at("output_shape"); };
  EXPECT_EQ(shape("input_1"), nlohmann::json::array({16, 112, 112, 3}));
  EXPECT_EQ(shape("pool8"), nlohmann::json::array({1, 4, 4, 512}));
  EXPECT_EQ(shape("flatten"), nlohmann::json::array({8192}));
}

TEST(ModelVerb, WritesATableWithTheSum) {
  const Outcome outcome = shoal({"model", "c3d"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, StartsWith("layer "));
  EXPECT_THAT(outcome.out, HasSubstr("16x112x112x64"));
  EXPECT_THAT(outcome.out, HasSubstr("1x4x4x512"));
  EXPECT_THAT(outcome.out, HasSubstr("79991015"));
  EXPECT_THAT(outcome.out, HasSubstr("320.0 MB"));
}

TEST(ModelVerb, AlignsItsColumns) {
  std::istringstream lines(shoal({"model", "alexnet"}).out);
  std::string line;
  std::getline(lines, line);
  const std::size_t end = line.find("parameters") + std::string("parameters").size();
  for (int i = 0; i < 10; ++i) {
    std::getline(lines, line);
    EXPECT_NE(line.at(end - 1), ' ') << line;
    EXPECT_EQ(line.at(end), ' ') << line;
  }
}

TEST(ModelVerb, ListsTheNamesWithoutOne) {
  const Outcome outcome = shoal({"model"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, "alexnet\nvgg16\nresnet50\nxception\nc3d\n");
}

TEST(ModelVerb, TellsItsOptions) {
  const Outcome outcome = shoal({"model", "--help"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("--format"));
}

TEST(ModelVerb, RefusesInOneLine) {
  expect_refused({"model", "vgg17"}, "resnet50");
  expect_refused({"model", "vgg16", "--format", "xml"}, "xml");
  expect_refused({"model", "vgg16", "--format"}, "--format");
  expect_refused({"model", "vgg16", "alexnet"}, "unexpected word 'alexnet'");
  expect_refused({"model", "vgg16", "--bogus"}, "--bogus");
  expect_refused({"model", "vgg16", "--form", "json"}, "--form");
}

TEST(Verbs, AreListedAndOthersRefused) {
  EXPECT_THAT(shoal({"--help"}).out, HasSubstr("model"));
  expect_refused({"modle"}, "modle");
}

}  // namespace
}  // namespace shoal::cli
