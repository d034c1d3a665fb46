#include "cli/slowdown.hpp"

#include <gtest/gtest.h>

#include "shoal/base/error.hpp"

namespace shoal::cli {
namespace {

TEST(ThrottleSpec, SaysWhoByHowMuchAndFromWhenOn) {
  const runtime::ThrottleSpec slowdown = parse_slowdown("2:3.5@50");
  EXPECT_EQ(slowdown.rank, Rank{2});
  EXPECT_EQ(slowdown.factor, 3.5);
  EXPECT_EQ(slowdown.from_frame, 50);
}

TEST(ThrottleSpec, OfEveryRankFromTheBeginningIsAFactorAlone) {
  const runtime::ThrottleSpec slowdown = parse_slowdown("8");
  EXPECT_EQ(slowdown.rank, std::nullopt);
  EXPECT_EQ(slowdown.factor, 8);
  EXPECT_EQ(slowdown.from_frame, 0);
  EXPECT_EQ(parse_slowdown("2:3").rank, Rank{2});
  EXPECT_EQ(parse_slowdown("3@2").from_frame, 2);
}

TEST(ThrottleSpec, OtherThingsAreRefused) {
  for (const char* wrong : {"", "2:", "2:3@", "2:3@5x", "-1:3@5", "2:0.5@5", "2@3:5", "a:3@5", ":3",
                            "@5", "nan", "inf", "3@-1", "2:3:4", "3 "}) {
    EXPECT_THROW(parse_slowdown(wrong), Error) << wrong;
  }
}

}  // namespace
}  // namespace shoal::cli
