#include "planner/bound.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "planner/least_time.hpp"

namespace shoal::planner {
namespace {

using graph::Graph;
using graph::LayerId;

constexpr int steps = 200;

/// The places along an axis that are read where `needed` of an output's are made.
std::vector<bool> read_along(const Graph& lowered, LayerId layer, Axis axis, const Shape& input,
                             const std::vector<bool>& needed) {
  std::vector<bool> read(static_cast<std::size_t>(input[axis]), false);
  const Box whole = Box::whole(lowered[layer].output);
  for (std::size_t place = 0; place < needed.size(); ++place) {
    if (!needed[place]) continue;
    const auto at = static_cast<Index>(place);
    const Box box =
        graph::input_box(lowered.footprint(layer), whole.with(axis, {at, at + 1}), input);
    for (Index i = box[axis].begin; i < box[axis].end; ++i)
      read[static_cast<std::size_t>(i)] = true;
  }
  return read;
}

using Places = PerAxis<std::vector<bool>>;

double part(const Places& places) {
  double part = 1;
  for (const Axis axis : spatial_axes) {
    const auto& along = places[axis];
    part *= static_cast<double>(std::count(along.begin(), along.end(), true)) /
            static_cast<double>(along.size());
  }
  return part;
}

/// Which part of each layer somebody reads in the end: what the reader needs that needs most.
std::vector<double> needed_parts(const Graph& lowered) {
  std::vector<std::optional<Places>> needed(lowered.size());
  std::vector<double> parts(lowered.size(), 0);
  for (std::size_t i = lowered.size(); i-- > 0;) {
    if (!needed[i]) {
      needed[i].emplace();
      for (const Axis axis : spatial_axes) {
        (*needed[i])[axis].assign(static_cast<std::size_t>(lowered[{i}].output[axis]), true);
      }
    }
    parts[i] = part(*needed[i]);
    const std::vector<Shape> shapes = lowered.input_shapes({i});
    for (std::size_t k = 0; k < shapes.size(); ++k) {
      Places read;
      for (const Axis axis : spatial_axes) {
        read[axis] = read_along(lowered, {i}, axis, shapes[k], (*needed[i])[axis]);
      }
      std::optional<Places>& of_input = needed[lowered[{i}].inputs[k].value];
      if (!of_input || part(*of_input) < part(read)) of_input = std::move(read);
    }
  }
  return parts;
}

}  // namespace

LeastTimes::LeastTimes(const Graph& lowered, const Estimator& estimator)
    : estimator_(estimator), needed_(needed_parts(lowered)) {
  const std::size_t devices = estimator.profile().devices.size();
  for (std::size_t device = 0; device < devices; ++device) {
    const Rank rank{static_cast<int>(device)};
    if (estimator.class_of(rank) < least_.size()) continue;
    std::vector<Seconds>& least = least_.emplace_back();
    std::vector<Seconds>& sums = sums_.emplace_back(1, 0);
    for (std::size_t layer = 0; layer < lowered.size(); ++layer) {
      least.push_back(needed_[layer] * least_time(lowered, {layer}, rank, estimator));
      sums.push_back(sums.back() + least.back());
    }
  }
}

Seconds LeastTimes::of(Rank rank, std::size_t first, std::size_t end) const {
  const std::vector<Seconds>& sums = sums_[estimator_.class_of(rank)];
  return sums[end] - sums[first];
}

Seconds LeastTimes::together(const std::vector<Rank>& ranks, std::size_t first,
                             std::size_t end) const {
  if (ranks.size() == 1) return of(ranks.front(), first, end);
  Seconds sum = 0;
  for (std::size_t layer = first; layer < end; ++layer) {
    double rate = 0;
    for (const Rank rank : ranks) rate += 1 / least_[estimator_.class_of(rank)][layer];
    sum += 1 / rate;
  }
  return sum;
}

/// What the weights prove; `shares` is what each kind would compute if each layer went where it is
/// least by them, by which the weights are to be changed.
double LeastTimes::bound_by(const std::vector<Kind>& kinds, std::vector<double>& weights,
                            std::vector<double>& shares) const {
  double all = 0;
  for (std::size_t i = 0; i < kinds.size(); ++i) all += weights[i] * kinds[i].count;
  for (double& weight : weights) weight /= all;
  shares.assign(kinds.size(), 0);
  double sum = 0;
  for (std::size_t layer = 0; layer < needed_.size(); ++layer) {
    std::size_t best = 0;
    const auto value = [&](std::size_t i) { return weights[i] * least_[kinds[i].which][layer]; };
    for (std::size_t i = 1; i < kinds.size(); ++i) {
      if (value(i) < value(best)) best = i;
    }
    sum += value(best);
    shares[best] += least_[kinds[best].which][layer] / kinds[best].count;
  }
  return sum;
}

Seconds LeastTimes::bound(const std::vector<Rank>& ranks) const {
  std::map<std::size_t, double> counts;
  for (const Rank rank : ranks) ++counts[estimator_.class_of(rank)];
  std::vector<Kind> kinds;
  std::vector<double> weights;
  for (const auto& [which, count] : counts) {
    kinds.push_back({which, count});
    weights.push_back(1 / std::max(sums_[which].back(), std::numeric_limits<double>::min()));
  }
  std::vector<double> shares;
  Seconds best = bound_by(kinds, weights, shares);
  std::vector<double> tried = weights;
  for (int step = 1; step < steps && kinds.size() > 1; ++step) {
    double mean = 0;
    for (const double share : shares) mean += share / static_cast<double>(kinds.size());
    if (mean <= 0) break;
    const double rate = 0.5 / std::sqrt(static_cast<double>(step));
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      tried[i] *= std::exp(rate * std::clamp((shares[i] - mean) / mean, -1.0, 1.0));
    }
    best = std::max(best, bound_by(kinds, tried, shares));
  }
  return best;
}

}  // namespace shoal::planner
