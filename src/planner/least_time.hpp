#pragma once

#include "planner/estimator.hpp"

namespace shoal::planner {

/// The least time that `rank` takes for a layer, were it to make all of it in parts cut in whatever
/// way: the greatest t known of which every part of fraction f takes f * t at least.
///
/// Input: a layer and a device's law and measurements of it. Method: Device::time is the law times
/// a correction, interpolated between the measured fractions of the part's cut, so between two of
/// them at least the smaller one. The law of a part, divided by its fraction, is least for the
/// largest part: its flops go with the fraction, its bytes go with it at best (a part reads no less
/// than its own windows do), and its fixed time does not shrink. So on each piece of each cut's
/// line the law at the larger end times the smaller correction is a lower bound, and the least of
/// these is one for all. Cost: a pass over the measurements and three boxes for each row.
///
/// A law of 1 s and 9 s in proportion, twice as quick as it says where a half or less is computed:
/// the whole takes 10 s, each half (1 + 4.5) / 2 = 2.75 s, two quarters of a half less; below the
/// half the bound is (1 / 0.5 + 9) / 2 = 5.5 s, and that is the least.
Seconds least_time(const graph::Graph& lowered, graph::LayerId layer, Rank rank,
                   const Estimator& estimator);

}  // namespace shoal::planner
