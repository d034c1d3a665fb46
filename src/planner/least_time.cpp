#include "planner/least_time.hpp"

#include <algorithm>
#include <limits>

namespace shoal::planner {
namespace {

using graph::Graph;
using graph::LayerId;
using profile::Cut;
using profile::Law;
using profile::Measurement;

/// How many times as long as its law says a layer took at a fraction.
struct Point {
  double fraction = 0;
  double correction = 1;
};

/// What was measured of a layer cut so, by fraction.
std::vector<Point> points_of(const profile::Device& device, const profile::Work& whole,
                             const Law& law, Cut cut) {
  std::vector<Point> points;
  for (const Measurement& one : device.measurements) {
    const profile::Work& work = one.work;
    if (work.layer != whole.layer || work.model != whole.model || work.kind != whole.kind) continue;
    if (work.fraction < 1 && work.cut != cut) continue;
    const Seconds predicted = law(work.flops, work.bytes);
    if (predicted > 0) points.push_back({work.fraction, one.seconds / predicted});
  }
  std::sort(points.begin(), points.end(),
            [](const Point& a, const Point& b) { return a.fraction < b.fraction; });
  return points;
}

/// The fewest input rows that an output row reads along an axis, on average over some of them that
/// are next to each other: at either end or between.
double least_rows(const Graph& lowered, LayerId layer, Axis axis) {
  const Box whole = Box::whole(lowered[layer].output);
  const Index extent = whole[axis].size();
  double least = std::numeric_limits<double>::infinity();
  for (Index count = 1; count <= extent; ++count) {
    for (const Index begin : {Index{0}, (extent - count) / 2, extent - count}) {
      const Box rows = whole.with(axis, {begin, begin + count});
      const Box read = graph::input_box(lowered.footprint(layer), rows, lowered.input_shape(layer));
      least = std::min(least, static_cast<double>(read[axis].size()) / static_cast<double>(count));
    }
  }
  return least;
}

/// What parts read and write at least, in proportion to their fractions.
double least_bytes(const Graph& lowered, LayerId layer) {
  const Shape& output = lowered[layer].output;
  double read = static_cast<double>(lowered.input_shape(layer)[Axis::channel]) * sizeof(float);
  for (const Axis axis : spatial_axes) {
    if (output[axis] > 1 || lowered.input_shape(layer)[axis] > 1) {
      read *= least_rows(lowered, layer, axis) * static_cast<double>(output[axis]);
    }
  }
  return static_cast<double>(lowered.weight_bytes(layer) + output.bytes()) +
         read * static_cast<double>(lowered[layer].inputs.size());
}

/// The least over a cut's line of the law at the larger end times the smaller correction.
Seconds least_on(const std::vector<Point>& points, const Law& law, Seconds in_proportion) {
  const auto at = [&](double fraction, double correction) {
    return (law.fixed / fraction + in_proportion) * correction;
  };
  if (points.empty()) return at(1, 1);
  Seconds least = at(points.front().fraction, points.front().correction);
  for (std::size_t i = 1; i < points.size(); ++i) {
    const double correction = std::min(points[i - 1].correction, points[i].correction);
    least = std::min(least, at(points[i].fraction, correction));
  }
  return std::min(least, at(1, points.back().correction));
}

/// A chunk of a shard of channels is corrected for its pixels too, beside the whole.
double least_for_pixels(const std::vector<Point>& space) {
  double least = 1;
  if (space.empty()) return least;
  for (const Point& point : space) {
    least = std::min(least, point.correction / space.back().correction);
  }
  return least;
}

}  // namespace

Seconds least_time(const Graph& lowered, LayerId layer, Rank rank, const Estimator& estimator) {
  const Box output = Box::whole(lowered[layer].output);
  const profile::Work whole =
      profile::work_of(lowered, layer, Box::whole(lowered.input_shape(layer)), output);
  if (whole.flops == 0) return 0;
  const profile::Device& device = estimator.device(rank);
  const auto found = device.laws.find(whole.kind);
  // Device::time says what is missing.
  if (found == device.laws.end()) return device.time(whole);
  const Law& law = found->second;
  const Seconds in_proportion =
      whole.flops * law.per_flop + least_bytes(lowered, layer) * law.per_byte;
  const std::vector<Point> space = points_of(device, whole, law, Cut::space);
  Seconds least = least_on(space, law, in_proportion);
  for (const Cut cut : {Cut::outputs, Cut::inputs}) {
    const Seconds of_cut = least_on(points_of(device, whole, law, cut), law, in_proportion);
    least = std::min(least, of_cut * least_for_pixels(space));
  }
  return least;
}

}  // namespace shoal::planner
