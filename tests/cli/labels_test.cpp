#include "cli/labels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/error_text.hpp"

namespace shoal::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string refusal(const std::string& text, std::size_t classes) {
  return shoal::testing::error_text([&] { parse_labels(text, "l.json", classes); });
}

TEST(Labels, AreOneALine) {
  EXPECT_THAT(parse_labels("ant\r\nwood bee\n", "l.txt", 2), ElementsAre("ant", "wood bee"));
  EXPECT_THAT(parse_labels("\xef\xbb\xbf"
                           "ant\n\n",
                           "l.txt", 2),
              ElementsAre("ant", ""));
}

/// Keys in the order of the alphabet, as Python writes them when it sorts: 0, 1, 10, 2 …
TEST(Labels, AreThoseOfKerasByTheNumberOfTheClass) {
  std::string text = "{";
  for (const int number : {0, 1, 10, 2, 3, 4, 5, 6, 7, 8, 9}) {
    text += fmt::format(R"({}"{}": ["n0{}", "name {}"])", number > 0 ? ", " : "", number, number,
                        number);
  }
  const auto labels = parse_labels(text + "}", "l.json", 11);
  EXPECT_EQ(labels[0], "name 0");
  EXPECT_EQ(labels[2], "name 2");
  EXPECT_EQ(labels[10], "name 10");
}

TEST(Labels, OfJsonAreAListOrAnObjectOfNames) {
  EXPECT_THAT(parse_labels(R"(["ant", ["n1", "bee"]])", "l.json", 2), ElementsAre("ant", "bee"));
  EXPECT_THAT(parse_labels(R"({"1": "bee", "0": "ant"})", "l.json", 2), ElementsAre("ant", "bee"));
}

TEST(Labels, OfAnotherNetworkAreRefused) {
  EXPECT_EQ(refusal("one\ntwo\n", 1000), "l.json: has 2 lines, the network has 1000 classes");
  EXPECT_EQ(refusal("", 1), "l.json: has 0 lines, the network has 1 class");
  EXPECT_EQ(refusal(R"(["one"])", 2), "l.json: has 1 label, the network has 2 classes");
  EXPECT_EQ(refusal(R"({"0": "a"})", 2), "l.json: has 1 label, the network has 2 classes");
}

TEST(Labels, ThatAreNoNamesAreRefused) {
  for (const char* key : {"2", "-1", "01", " 1", "one", "99999999999999999999"}) {
    EXPECT_THAT(refusal(fmt::format(R"({{"0": "a", "{}": "b"}})", key), 2),
                HasSubstr("the key must be a class, 0 to 1"))
        << key;
  }
  EXPECT_EQ(refusal(R"({"0": "a", "0": "b"})", 2), "l.json: /0: is given twice");
  EXPECT_EQ(refusal(R"(["a", 7])", 2), "l.json: /1: must be a string");
  EXPECT_THAT(refusal(R"(["a", []])", 2), HasSubstr("/1: must be a name"));
  EXPECT_THAT(refusal("{", 2), HasSubstr("not JSON"));
  EXPECT_THAT(refusal("[[[", 2), HasSubstr("not JSON"));
}

TEST(Labels, AreFitForATerminal) {
  const auto labels =
      parse_labels("Füße 鱼\n\x1b[2Jx\n" + std::string(5000, 'y') + "\n", "l.txt", 3);
  EXPECT_EQ(labels[0], "Füße 鱼");
  EXPECT_EQ(labels[1], "\\x1b[2Jx");
  EXPECT_EQ(labels[2], std::string(200, 'y') + "…");
}

}  // namespace
}  // namespace shoal::cli
