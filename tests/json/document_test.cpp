#include "shoal/json/document.hpp"

#include <gtest/gtest.h>

#include "support/error_text.hpp"

namespace shoal::json {
namespace {

int read(const std::string& text) {
  return read_document(text, "x.json", [](const Entry& document) {
    expect_format(document, "thing", 3);
    return document.at("n").integer();
  });
}

std::string refusal(const std::string& text) {
  return shoal::testing::error_text([&] { read(text); });
}

TEST(Document, IsReadWhereItIsOfTheFormat) {
  EXPECT_EQ(read(R"({"format": "shoal-thing", "version": 3, "n": 7})"), 7);
}

TEST(Document, OfAnotherFormatOrVersionIsRefused) {
  for (const char* text : {"[]", "{}", "7", R"({"format": "shoal-plan", "version": 3})"}) {
    EXPECT_EQ(refusal(text), "x.json: /: not a thing: 'format' must be 'shoal-thing'") << text;
  }
  EXPECT_EQ(refusal(R"({"format": "shoal-thing", "version": 4, "n": 7})"),
            "x.json: /version: is version 4, this program reads version 3");
  EXPECT_EQ(refusal(R"({"format": "shoal-thing"})"), "x.json: /: 'version' is missing");
}

TEST(Document, ErrorsNameTheFileInOneLine) {
  EXPECT_EQ(refusal(""), "x.json: not JSON: error at byte 1");
  EXPECT_EQ(refusal(R"({"a\nb": {"c": 1, "c": 1}})"), "x.json: /a b/c: is given twice");
  // Neither with signed characters nor without are those beyond ASCII control characters.
  EXPECT_EQ(refusal(R"({"fünf\tüber": {"c": 1, "c": 1}})"), "x.json: /fünf über/c: is given twice");
}

}  // namespace
}  // namespace shoal::json
