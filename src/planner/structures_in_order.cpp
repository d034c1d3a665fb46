#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "planner/structure.hpp"

namespace shoal::planner {
namespace {

/// The interval is found to this part of itself.
constexpr double precision = 1e-3;

/// Sizes of groups to try: each about a third more than the one before.
std::vector<std::size_t> sizes_up_to(std::size_t most) {
  std::vector<std::size_t> sizes;
  for (std::size_t size = 1; size < most; size = std::max(size + 1, size * 4 / 3)) {
    sizes.push_back(size);
  }
  sizes.push_back(most);
  return sizes;
}

class OrderedSearch {
 public:
  OrderedSearch(Groups& groups, std::size_t units, const std::vector<Rank>& order)
      : groups_(groups), units_(units), order_(order), sizes_(sizes_up_to(order.size())) {}

  std::optional<Structure> shortest() {
    std::optional<Structure> best = any();
    if (!best) return std::nullopt;
    Seconds reachable = best->interval;
    Seconds unreachable = groups_.bound(order_) * (1 - precision);
    while (reachable - unreachable > precision * reachable) {
      const Seconds middle = (reachable + unreachable) / 2;
      if (auto found = fewest_devices(middle)) {
        best = std::move(found);
        reachable = best->interval;
      } else {
        unreachable = middle;
      }
    }
    return best;
  }

  /// The structure of fewest devices whose stages all come to `interval` at most.
  std::optional<Structure> fewest_devices(Seconds interval) {
    std::vector<Reached> reached(units_ + 1);
    reached.front().used = 0;
    for (std::size_t end = 1; end <= units_; ++end) {
      for (std::size_t first = 0; first < end; ++first) {
        if (reached[first].used) try_stage(reached, first, end, interval);
      }
    }
    if (!reached.back().used) return std::nullopt;
    return structure_of(reached);
  }

 private:
  struct Reached {
    std::optional<std::size_t> used;  ///< devices of the order, up to here
    Structure::Stage stage;           ///< the last one
    Seconds interval = 0;             ///< of it
  };

  /// One that fits, by single devices if they can hold the units: these are soon looked at.
  std::optional<Structure> any() {
    const std::vector<std::size_t> sizes = std::exchange(sizes_, {1});
    std::optional<Structure> found = fewest_devices(std::numeric_limits<Seconds>::infinity());
    sizes_ = sizes;
    return found ? found : fewest_devices(std::numeric_limits<Seconds>::infinity());
  }

  /// Whether so many devices from a place of the order on may come to `interval` with the units
  /// [first, end), and those behind them with the rest, by the least times alone.
  bool may_reach(std::size_t begin, std::size_t size, std::size_t first, std::size_t end,
                 Seconds interval) {
    double rate = 0;
    std::size_t used = begin;
    while (used + size <= order_.size() && rate * interval < 1) {
      rate += 1 / groups_.least(group_at(used, size), first, end);
      used += size;
    }
    if (rate * interval < 1) return false;
    if (end == units_) return true;
    return used < order_.size() &&
           groups_.least(group_at(used, order_.size() - used), end, units_) <= interval;
  }

  /// The group of `size` devices at a place of the order, ascending.
  [[nodiscard]] std::vector<Rank> group_at(std::size_t begin, std::size_t size) const {
    const auto first = order_.begin() + static_cast<std::ptrdiff_t>(begin);
    std::vector<Rank> group(first, first + static_cast<std::ptrdiff_t>(size));
    std::sort(group.begin(), group.end());
    return group;
  }

  void try_stage(std::vector<Reached>& reached, std::size_t first, std::size_t end,
                 Seconds interval) {
    // A group is less efficient than as many devices by themselves, so that beyond the least size
    // that holds the units only the next one is of use.
    std::size_t fitting = 0;
    for (const std::size_t size : sizes_) {
      const std::size_t begin = *reached[first].used;
      // Who takes all devices leaves none for the units behind.
      const std::size_t kept = end < units_ ? 1 : 0;
      if (begin + size + kept > order_.size() || fitting == 2) return;
      if (!may_reach(begin, size, first, end, interval)) continue;
      const auto& choice = groups_.best(group_at(begin, size), first, end);
      if (!choice) continue;
      ++fitting;
      Reached candidate{begin, {first, end, {}}, 0};
      double rate = 0;
      while (*candidate.used + size <= order_.size()) {
        std::vector<Rank> group = group_at(*candidate.used, size);
        const auto& each = groups_.best(group, first, end);
        *candidate.used += size;
        if (!each) continue;
        rate += 1 / each->time;
        candidate.stage.replicas.push_back(std::move(group));
        if (rate * interval >= 1) break;
      }
      candidate.interval = 1 / rate;
      if (candidate.interval > interval) continue;
      if (!reached[end].used || *candidate.used < *reached[end].used) {
        reached[end] = std::move(candidate);
      }
    }
  }

  [[nodiscard]] Structure structure_of(const std::vector<Reached>& reached) const {
    Structure structure;
    for (std::size_t end = units_; end > 0; end = structure.stages.back().first) {
      structure.stages.push_back(reached[end].stage);
      structure.interval = std::max(structure.interval, reached[end].interval);
    }
    std::reverse(structure.stages.begin(), structure.stages.end());
    return structure;
  }

  Groups& groups_;
  std::size_t units_;
  const std::vector<Rank>& order_;
  std::vector<std::size_t> sizes_;
};

}  // namespace

std::vector<Structure> structures_in_order(Groups& groups, std::size_t units,
                                           const std::vector<Rank>& order,
                                           const std::vector<Seconds>& intervals) {
  OrderedSearch search(groups, units, order);
  std::vector<Structure> structures;
  if (auto found = search.shortest()) structures.push_back(std::move(*found));
  for (const Seconds interval : intervals) {
    if (auto found = search.fewest_devices(interval)) structures.push_back(std::move(*found));
  }
  return structures;
}

}  // namespace shoal::planner
