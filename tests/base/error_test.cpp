#include "shoal/base/error.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

TEST(Error, SaysWhatItWasGiven) {
  EXPECT_STREQ(Error("a plain message with {braces}").what(), "a plain message with {braces}");
  EXPECT_STREQ(Error("{}: {} of {}", "conv1", 2, 3).what(), "conv1: 2 of 3");
}

TEST(Error, IsToldFromFurtherOut) {
  const Error inner("{} is no number", "x{}");
  EXPECT_STREQ(inner.in("plan.json").in("rank 2").what(), "rank 2: plan.json: x{} is no number");
}

}  // namespace
}  // namespace shoal
