#pragma once

#include <optional>
#include <string_view>

namespace shoal::plan {

/// In which order a rank makes its part of a layer that is streamed. Its chunks are equal, from the
/// low end to the high one or from the high one to the low one; or, of a spatial layer, first what
/// other ranks read of it at either end, then the interior, and last what waits for theirs.
enum class Order { ascending, descending, boundary_first };

/// `boundary-first`, as documents say it.
std::string_view name(Order order);
std::optional<Order> find_order(std::string_view name);

}  // namespace shoal::plan
