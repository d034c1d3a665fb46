#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "planner/structure.hpp"

namespace shoal::planner {

/// Orders in which devices are given to stages: by speed, quickest first and last, and by memory;
/// of 9 to 32 devices also by speed without the last one, two or three, which may only be in the
/// way of an even division.
std::vector<std::vector<Rank>> device_orders(const std::vector<Rank>& by_speed,
                                             const Estimator& estimator);

/// Bounds of a search for structures of many devices.
struct PipelineSearch {
  Seconds whole = 0;            ///< of the network on the quickest device
  bool answers_sooner = false;  ///< whether structures of longer intervals are wanted too
};

/// Hands the structures of many devices that are worth a price to `price`, which says the interval
/// of a plan of one, or nothing where none fits. For each of the orders, by structures_in_order:
/// that of the shortest interval; those of fewest devices that reach what was reached, or nearly;
/// and, where a line turns out to be busier than any group, those of intervals a little below. Of
/// all, the best is bettered by climb, up to 32 devices.
void try_structures(Groups& groups, std::size_t units, const std::vector<std::vector<Rank>>& orders,
                    const PipelineSearch& search,
                    const std::function<std::optional<Seconds>(const Structure&)>& price);

}  // namespace shoal::planner
