#pragma once

#include <span>
#include <string>
#include <string_view>

namespace shoal::cli {

/// The words after the verb.
using Arguments = std::span<const std::string>;

struct Verb {
  std::string_view name;
  std::string_view summary;  ///< one line, for `shoal --help`
  /// Returns the exit code. A user's mistake is thrown as an Error.
  int (*run)(Arguments arguments);
};

std::span<const Verb> verbs();

}  // namespace shoal::cli
