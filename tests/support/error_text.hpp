#pragma once

#include <string>

#include <gtest/gtest.h>

#include "shoal/base/error.hpp"

namespace shoal::testing {

/// What the Error of `action` says; it must throw one, of one line.
template <typename Action>
std::string error_text(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    std::string text = error.what();
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    return text;
  }
  ADD_FAILURE() << "no Error";
  return {};
}

}  // namespace shoal::testing
