#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/cli/cli.hpp"

namespace shoal::cli {

struct Outcome {
  int code = 0;
  std::string out;
  std::string error;
};

/// `shoal` with these words.
inline Outcome shoal(std::vector<std::string> words) {
  words.insert(words.begin(), "shoal");
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  Outcome outcome;
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  outcome.code = cli::main(static_cast<int>(pointers.size()), pointers.data());
  outcome.out = ::testing::internal::GetCapturedStdout();
  outcome.error = ::testing::internal::GetCapturedStderr();
  return outcome;
}

inline void expect_refused(const std::vector<std::string>& words, const std::string& reason) {
  const Outcome outcome = shoal(words);
  EXPECT_NE(outcome.code, 0);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.error, ::testing::HasSubstr(reason));
  EXPECT_EQ(std::count(outcome.error.begin(), outcome.error.end(), '\n'), 1) << outcome.error;
}

}  // namespace shoal::cli
