#include "shoal/plan/order.hpp"

#include <algorithm>
#include <array>

namespace shoal::plan {
namespace {

constexpr std::array<std::string_view, 3> names = {"ascending", "descending", "boundary-first"};

}  // namespace

std::string_view name(Order order) {
  return names[static_cast<std::size_t>(order)];
}

std::optional<Order> find_order(std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Order>(found - names.begin());
}

}  // namespace shoal::plan
