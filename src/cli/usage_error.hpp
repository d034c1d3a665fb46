#pragma once

#include <cstddef>

#include "shoal/base/error.hpp"

namespace shoal::cli {

/// Exit code where the command line itself is wrong, before any file is looked at.
constexpr int usage_exit_code = 2;

/// Characters of an error that are printed: enough for two paths of the greatest length.
constexpr std::size_t longest_message = 9000;

/// Mistake in the command line: an option that is unknown, out of range or without effect.
class UsageError : public Error {
 public:
  using Error::Error;
};

}  // namespace shoal::cli
