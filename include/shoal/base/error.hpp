#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/core.h>

namespace shoal {

/// The one exception of the project: something that the user can mend.
///
/// Its message is one line that says where, what and, when it is not plain, what to do:
/// `vgg16.h5: block1_conv1/kernel:0 is 3x3x3x32, the network needs 3x3x3x64`.
/// A mistake of ours is an assertion or std::logic_error, never this.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message) : std::runtime_error(message) {}

  template <typename First, typename... Rest>
  explicit Error(fmt::format_string<First, Rest...> format, First&& first, Rest&&... rest)
      : std::runtime_error(
            fmt::format(format, std::forward<First>(first), std::forward<Rest>(rest)...)) {}

  /// The same error told from one level further out: `context: message`.
  [[nodiscard]] Error in(std::string_view context) const {
    return Error("{}: {}", context, what());
  }
};

}  // namespace shoal
