#include "shoal/plan/order.hpp"

#include <array>

#include "shoal/base/names.hpp"

namespace shoal::plan {
namespace {

constexpr std::array<std::string_view, 3> names = {"ascending", "descending", "boundary-first"};

}  // namespace

std::string_view name(Order order) {
  return names[static_cast<std::size_t>(order)];
}

std::optional<Order> find_order(std::string_view name) {
  return find_named<Order>(names, name);
}

}  // namespace shoal::plan
