#include "shoal/json/entry.hpp"

#include <gtest/gtest.h>

#include "support/error_text.hpp"

namespace shoal::json {
namespace {

using shoal::testing::error_text;

const char* const text = R"({
  "name": "x", "count": 4.0, "rate": -2.5, "list": [1, "two"], "a/b~c": {"inner": true}
})";

class EntryTest : public ::testing::Test {
 protected:
  [[nodiscard]] Entry root() const { return {document_, ""}; }

 private:
  Value document_ = parse(text);
};

TEST_F(EntryTest, GivesWhatIsThere) {
  EXPECT_EQ(root().at("name").string(), "x");
  EXPECT_EQ(root().at("count").integer(), 4) << "4.0 is a whole number, as for JSON Schema";
  EXPECT_EQ(root().at("rate").number(), -2.5);
  EXPECT_TRUE(root().at("a/b~c").at("inner").boolean());
  EXPECT_TRUE(root().has("list"));
  EXPECT_FALSE(root().has("lists"));
  EXPECT_EQ(root().at("list").elements().at(1).string(), "two");
  EXPECT_EQ(root().members().at(4).first, "a/b~c");
}

TEST_F(EntryTest, SaysWhereSomethingIsWrong) {
  EXPECT_EQ(error_text([&] { return root().at("age"); }), "/: 'age' is missing");
  EXPECT_EQ(error_text([&] { return root().at("name").at("x"); }), "/name: 'x' is missing");
  EXPECT_EQ(error_text([&] { return root().at("name").number(); }), "/name: must be a number");
  EXPECT_EQ(error_text([&] { return root().at("name").elements(); }), "/name: must be an array");
  EXPECT_EQ(error_text([&] { return root().at("rate").string(); }), "/rate: must be a string");
  EXPECT_EQ(error_text([&] { return root().at("rate").integer(); }),
            "/rate: must be a whole number");
  EXPECT_EQ(error_text([&] { return root().at("rate").boolean(); }),
            "/rate: must be true or false");
  EXPECT_EQ(error_text([&] { return root().at("list").members(); }), "/list: must be an object");
  EXPECT_EQ(error_text([&] { return root().at("list").elements()[1].integer(); }),
            "/list/1: must be a whole number");
  EXPECT_EQ(error_text([&] { return root().at("a/b~c").at("inner").number(); }),
            "/a~1b~0c/inner: must be a number");
}

TEST_F(EntryTest, RefusesKeysThatNobodyKnows) {
  root().expect_object({"name", "count", "rate", "list", "a/b~c", "more"});
  EXPECT_EQ(error_text([&] {
              root().expect_object({"name", "count", "list", "a/b~c"});
            }),
            "/rate: unknown key");
  EXPECT_EQ(error_text([&] { return root().at("list").expect_object({}); }),
            "/list: must be an object");
}

}  // namespace
}  // namespace shoal::json
