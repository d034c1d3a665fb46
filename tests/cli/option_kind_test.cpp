#include "cli/option_kind.hpp"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/usage_error.hpp"
#include "support/error_text.hpp"

namespace shoal::cli {
namespace {

using ::testing::HasSubstr;

std::string refusal(const OptionKind& kind, const std::string& value) {
  return shoal::testing::error_text([&] { check_value("--x", kind, value); });
}

void expect_taken(const OptionKind& kind, const std::string& value) {
  EXPECT_NO_THROW(check_value("--x", kind, value)) << value;
}

/// Whatever a number could wrap round to, or be read as in part.
TEST(OptionKind, WholeNumbersAreDecimalAndWithinTheirBounds) {
  const OptionKind kind = Whole{.least = 1, .most = 1000, .unit = "classes"};
  expect_taken(kind, "1");
  expect_taken(kind, "1000");
  for (const char* value : {"0", "1001", "-1", "+5", " 5", "5 ", "0x10", "1e2", "5.0", "five", "5,",
                            "18446744073709551617", "nan", "\xff"}) {
    EXPECT_THAT(refusal(kind, value), HasSubstr("--x is 1 to 1000 classes, not '")) << value;
  }
}

TEST(OptionKind, WholeNumbersGoUpToTheLargest) {
  const OptionKind kind = Whole{.least = 0, .most = std::numeric_limits<std::uint64_t>::max()};
  expect_taken(kind, "18446744073709551615");
  EXPECT_EQ(refusal(kind, "18446744073709551616"),
            "--x is 0 to 18446744073709551615, not '18446744073709551616'");
  EXPECT_NE(refusal(kind, "-1"), "");
}

TEST(OptionKind, DecimalNumbersAreFinite) {
  const OptionKind kind = Number{0.1, 1e6, "SECONDS", "seconds"};
  for (const char* value : {"0.1", "1e6", "2.5", "1000000"}) expect_taken(kind, value);
  for (const char* value : {"0", "-1", "nan", "inf", "-inf", "infinity", "1e400", "1e-400", "1e7",
                            "0x1p3", "2.5s", " 2", "2,5", "."}) {
    EXPECT_THAT(refusal(kind, value), HasSubstr("--x is 0.1 to 1000000 seconds, not '")) << value;
  }
}

TEST(OptionKind, WordsAreListedAndTheNearestNamed) {
  const OptionKind kind = Word{"TYPE", {"float32", "float16", "int8"}};
  expect_taken(kind, "int8");
  EXPECT_EQ(refusal(kind, "flaot16"),
            "--x is float32, float16 or int8, not 'flaot16'; did you mean float16?");
  EXPECT_EQ(refusal(kind, "INT"), "--x is float32, float16 or int8, not 'INT'");
}

TEST(OptionKind, NoValueIsEmptyOrEndless) {
  EXPECT_EQ(refusal(WrittenFile{}, ""), "--x has an empty value; it takes FILE");
  EXPECT_EQ(refusal(Whole{.least = 0, .most = 9}, ""), "--x has an empty value; it takes 0 to 9");
  EXPECT_EQ(refusal(Text{"TEXT"}, std::string(70'000, 'x')),
            "--x has a value of 70000 bytes; 65536 is the most");
}

TEST(OptionKind, WhatIsRefusedIsShownInOneShortLine) {
  const OptionKind kind = Word{"TYPE", {"a", "b"}};
  EXPECT_EQ(refusal(kind, "\x1b[2J\n"), "--x is a or b, not '\\x1b[2J\\n'");
  EXPECT_LT(refusal(kind, std::string(1000, 'x')).size(), 100U);
}

}  // namespace
}  // namespace shoal::cli
