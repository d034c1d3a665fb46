#include "cli/answer_check.hpp"

#include <algorithm>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/error_text.hpp"

namespace shoal::cli {
namespace {

using testing::error_text;
using ::testing::HasSubstr;

TEST(AnswerCheck, NamesTheFrameAndTheClass) {
  Tensor answer(Shape::features(4));
  std::fill(answer.span().begin(), answer.span().end(), 0.25F);
  EXPECT_NO_THROW(expect_finite("fish.jpg", answer));
  answer.span()[2] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(error_text([&] { expect_finite("fish.jpg", answer); }),
              HasSubstr("fish.jpg: the answer is nan at class 2"));
  answer.span()[2] = -std::numeric_limits<float>::infinity();
  EXPECT_THAT(error_text([&] { expect_finite("fish.jpg", answer); }), HasSubstr("-inf"));
}

}  // namespace
}  // namespace shoal::cli
