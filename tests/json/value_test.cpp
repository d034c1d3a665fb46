#include "shoal/json/value.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/error_text.hpp"

namespace shoal::json {
namespace {

using ::testing::StartsWith;

std::string refusal(const std::string& text) {
  return shoal::testing::error_text([&] { parse(text); });
}

TEST(Value, HoldsWhatWasRead) {
  const Value value = parse(R"({"b": [1, -2.5, "x", true, null], "a": {}})");
  const auto& object = std::get<Value::Object>(value.data);
  ASSERT_EQ(object.size(), 2U);
  EXPECT_EQ(object[0].key, "b") << "the order of the document, not of the alphabet";
  const auto& array = std::get<Value::Array>(object[0].value.data);
  ASSERT_EQ(array.size(), 5U);
  EXPECT_EQ(std::get<double>(array[0].data), 1);
  EXPECT_EQ(std::get<double>(array[1].data), -2.5);
  EXPECT_EQ(std::get<std::string>(array[2].data), "x");
  EXPECT_EQ(std::get<bool>(array[3].data), true);
  EXPECT_TRUE(std::holds_alternative<std::nullptr_t>(array[4].data));
  EXPECT_TRUE(std::get<Value::Object>(object[1].value.data).empty());
}

TEST(Value, ReadsEveryNumberExactly) {
  for (const double number : {0.1, 1e-300, 2.5e-10, 1.0 / 3, 9007199254740992.0}) {
    EXPECT_EQ(std::get<double>(parse(fmt::format("{}", number)).data), number);
  }
}

TEST(Value, RefusesWhatIsNoJson) {
  for (const char* text : {"", "{", "shoal", R"({"a": 1,})", "{} {}", "\"\xff\"", "NaN", "01"}) {
    EXPECT_THAT(refusal(text), StartsWith("not JSON: error at byte ")) << text;
  }
  EXPECT_EQ(refusal("[1e999]"), "has a number that is too large");
}

TEST(Value, RefusesAKeyThatIsGivenTwice) {
  EXPECT_EQ(refusal(R"({"a": 1, "a": 1})"), "/a: is given twice");
  EXPECT_EQ(refusal(R"({"x": [0, [], {"y/z": {"a": 1, "b": 2, "a": 3}}]})"),
            "/x/2/y~1z/a: is given twice");
  parse(R"([{"a": 1}, {"a": {"a": 1}}])");
}

TEST(Value, RefusesMoreValuesThanMemoryIsMeantFor) {
  std::string text = "[";
  for (int i = 0; i < 999'998; ++i) text += "0,";
  parse(text + "0]");
  EXPECT_EQ(refusal(text + "0,0]"), "has more than 1000000 values");
}

TEST(Value, RefusesStringsThatAreNoNames) {
  const std::string name(10'000, 'x');
  parse("[\"" + name + "\"]");
  EXPECT_EQ(refusal("[\"x" + name + "\"]"), "/: has a string of more than 10000 bytes");
  EXPECT_EQ(refusal("{\"a\": {\"x" + name + "\": 1}}"),
            "/a: has a string of more than 10000 bytes");
}

/// To look for each key among all before it would take minutes.
TEST(Value, ReadsAnObjectOfManyKeys) {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i) text += fmt::format("\"key {}\": {},", i, i);
  EXPECT_EQ(refusal(text + "\"key 7\": 0}"), "/key 7: is given twice");
  EXPECT_EQ(std::get<Value::Object>(parse(text + "\"last\": 0}").data).size(), 200'001U);
}

TEST(Value, RefusesEndlessNesting) {
  parse(std::string(64, '[') + std::string(64, ']'));
  EXPECT_THAT(refusal(std::string(1'000'000, '[')), StartsWith("/0/0/"));
}

}  // namespace
}  // namespace shoal::json
