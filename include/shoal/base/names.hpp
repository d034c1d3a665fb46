#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace shoal {

/// The value of an enumeration that has this name among those of all its values, in their order.
template <typename Enumeration, std::size_t count>
constexpr std::optional<Enumeration> find_named(const std::array<std::string_view, count>& names,
                                                std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enumeration>(found - names.begin());
}

}  // namespace shoal
