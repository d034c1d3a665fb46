#include "planner/shares.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace shoal::planner {
namespace {

using graph::Graph;
using graph::LayerId;

constexpr std::size_t fractions = 16;
constexpr int bisections = 40;

/// By fraction: of one sixteenth, two, … and all of a unit.
using Times = std::vector<Seconds>;

Range first_of(Index size, std::size_t sixteenths) {
  const Index count = (size * static_cast<Index>(sixteenths) + static_cast<Index>(fractions) / 2) /
                      static_cast<Index>(fractions);
  return {0, std::clamp<Index>(count, 1, size)};
}

class Timing {
 public:
  Timing(const Graph& graph, const Unit& unit, Divided divided, Axis axis, Estimator& estimator)
      : graph_(graph), unit_(unit), divided_(divided), axis_(axis), estimator_(estimator) {}

  [[nodiscard]] Times of(Rank rank) {
    Times times;
    for (std::size_t sixteenths = 1; sixteenths <= fractions; ++sixteenths) {
      Seconds sum = 0;
      for (std::size_t nth = 0; nth < unit_.anchors.size(); ++nth) {
        sum += time(rank, nth, sixteenths);
      }
      // A larger part takes no less, whatever was measured.
      times.push_back(times.empty() ? sum : std::max(sum, times.back()));
    }
    return times;
  }

 private:
  [[nodiscard]] bool divides_inputs(std::size_t nth) const {
    return divided_ == Divided::inputs || (divided_ == Divided::alternating && nth % 2 == 1);
  }

  Seconds time(Rank rank, std::size_t nth, std::size_t sixteenths) {
    const LayerId layer = unit_.anchors[nth];
    const Shape& shape = graph_[layer].output;
    Box output = Box::whole(shape);
    const Axis axis = divided_ == Divided::space ? axis_ : Axis::channel;
    if (!divides_inputs(nth)) output[axis] = first_of(shape[axis], sixteenths);
    Box input = graph::input_box(graph_.footprint(layer), output, graph_.input_shape(layer));
    if (divides_inputs(nth)) {
      input[Axis::channel] = first_of(graph_.input_shape(layer)[Axis::channel], sixteenths);
    }
    return estimator_.computing(rank, graph_, layer, input, output);
  }

  const Graph& graph_;
  const Unit& unit_;
  Divided divided_;
  Axis axis_;
  Estimator& estimator_;
};

/// The largest fraction that takes no longer than `limit`.
double fraction_within(const Times& times, Seconds limit) {
  if (limit < times.front()) return 0;
  if (limit >= times.back()) return 1;
  const auto above = std::upper_bound(times.begin(), times.end(), limit);
  const Seconds below = *std::prev(above);
  const double part = *above > below ? (limit - below) / (*above - below) : 0;
  return (static_cast<double>(above - times.begin()) + part) / static_cast<double>(fractions);
}

double all_within(const std::vector<Times>& times, Seconds limit) {
  double sum = 0;
  for (const Times& one : times) sum += fraction_within(one, limit);
  return sum;
}

}  // namespace

std::vector<double> balanced_shares(const Graph& graph, const Unit& unit, Divided divided,
                                    Axis axis, const std::vector<Rank>& ranks,
                                    Estimator& estimator) {
  std::map<std::size_t, Times> of_class;
  std::vector<Times> times;
  Timing timing(graph, unit, divided, axis, estimator);
  for (const Rank rank : ranks) {
    const auto [place, is_new] = of_class.try_emplace(estimator.class_of(rank));
    if (is_new && !unit.anchors.empty()) place->second = timing.of(rank);
    times.push_back(place->second);
  }
  if (of_class.size() == 1 || unit.anchors.empty()) return std::vector<double>(ranks.size(), 1);
  Seconds low = 0;
  Seconds high = times.front().back();
  for (const Times& one : times) high = std::min(high, one.back());
  for (int i = 0; i < bisections; ++i) {
    const Seconds middle = (low + high) / 2;
    (all_within(times, middle) < 1 ? low : high) = middle;
  }
  std::vector<double> shares;
  for (const Times& one : times) shares.push_back(fraction_within(one, high));
  const double most = *std::max_element(shares.begin(), shares.end());
  for (double& share : shares) share = std::round(100 * share / most) / 100;
  return shares;
}

}  // namespace shoal::planner
