#include "planner/pipelines.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

namespace shoal::planner {
namespace {

/// Between the intervals that are tried, and how much shorter than what is reached.
constexpr double interval_step = 1.02;
constexpr double shortest_tried = 0.75;
/// A line that adds less than this part to what the groups take is not busier than they are.
constexpr double indifferent = 1e-3;
/// Structures of more devices are not bettered step by step: their devices are many alike.
constexpr std::size_t most_climbed = 32;

constexpr std::ptrdiff_t most_left_out = 3;
constexpr std::size_t fewest_devices = 9;
constexpr std::size_t most_devices = 32;

using PriceStructure = std::function<std::optional<Seconds>(const Structure&)>;

/// A structure, and what a plan of it comes to.
struct Reached {
  std::optional<Structure> structure;
  Seconds interval = std::numeric_limits<Seconds>::infinity();
};

void try_one(const Structure& structure, const PriceStructure& price, Reached& best) {
  const auto interval = price(structure);
  if (interval && *interval < best.interval) best = {structure, *interval};
}

/// What is reached, for the fewest devices that do so; a quarter more, for another way of nearly as
/// much; and twice and four times that for those that answer sooner. Where a line is busier than
/// any group, other devices or fewer may reach as much or more: then all intervals of one row that
/// is the same whatever was reached, so that the structures for fewer devices are found for more.
std::vector<Seconds> intervals_about(const Reached& reached, const PipelineSearch& search) {
  std::vector<Seconds> intervals = {reached.interval, reached.interval * 1.25};
  if (search.answers_sooner) {
    intervals.insert(intervals.end(), {reached.interval * 2, reached.interval * 4});
  }
  if (reached.interval <= reached.structure->interval * (1 + indifferent)) return intervals;
  const double steps =
      std::floor(std::log(search.whole / reached.interval) / std::log(interval_step));
  for (Seconds interval = search.whole / std::pow(interval_step, steps);
       interval > reached.interval * shortest_tried; interval /= interval_step) {
    intervals.push_back(interval);
  }
  return intervals;
}

}  // namespace

std::vector<std::vector<Rank>> device_orders(const std::vector<Rank>& by_speed,
                                             const Estimator& estimator) {
  std::vector<std::vector<Rank>> orders = {by_speed, {by_speed.rbegin(), by_speed.rend()}};
  std::vector<Rank>& by_memory = orders.emplace_back(by_speed);
  std::stable_sort(by_memory.begin(), by_memory.end(), [&](Rank a, Rank b) {
    return estimator.device(a).memory > estimator.device(b).memory;
  });
  if (by_speed.size() < fewest_devices || by_speed.size() > most_devices) return orders;
  for (std::ptrdiff_t out = 1; out <= most_left_out; ++out) {
    orders.emplace_back(by_speed.begin(), by_speed.end() - out);
  }
  return orders;
}

void try_structures(Groups& groups, std::size_t units, const std::vector<std::vector<Rank>>& orders,
                    const PipelineSearch& search, const PriceStructure& price) {
  std::set<Groups::Classes> tried;
  Reached best;
  Reached of_all;  ///< devices, in the first order
  for (const std::vector<Rank>& order : orders) {
    if (!tried.insert(groups.classes_of(order)).second) continue;
    Reached reached;
    const auto try_in_order = [&](const std::vector<Seconds>& intervals) {
      for (const Structure& one : structures_in_order(groups, units, order, intervals)) {
        try_one(one, price, reached);
      }
    };
    try_in_order({});
    if (!reached.structure) continue;
    try_in_order(intervals_about(reached, search));
    if (&order == &orders.front()) of_all = reached;
    if (reached.interval < best.interval) best = std::move(reached);
  }
  if (!best.structure || orders.front().size() > most_climbed) return;
  const bool is_of_all = best.interval == of_all.interval;
  try_one(climb(groups, orders.front(), *best.structure), price, best);
  if (is_of_all || !of_all.structure) return;
  try_one(climb(groups, orders.front(), *of_all.structure), price, best);
}

}  // namespace shoal::planner
