#include "cli/suggestion.hpp"

#include <gtest/gtest.h>

namespace shoal::cli {
namespace {

const std::vector<std::string> known = {"--weights", "--weights-dtype", "--wire", "--input"};

TEST(Suggestion, IsTheNearestWord) {
  EXPECT_EQ(suggestion("--weight", known), "; did you mean --weights?");
  EXPECT_EQ(suggestion("--weights_dtype", known), "; did you mean --weights-dtype?");
  EXPECT_EQ(suggestion("--wrie", known), "; did you mean --wire?");
}

TEST(Suggestion, IsNoneWhereNothingIsLikeIt) {
  EXPECT_EQ(suggestion("--colour-of-money", known), "");
  EXPECT_EQ(suggestion("", known), "");
  EXPECT_EQ(suggestion(std::string(100'000, 'w'), known), "");
}

}  // namespace
}  // namespace shoal::cli
