#pragma once

#include <vector>

#include "planner/estimator.hpp"

namespace shoal::planner {

/// Least times of every layer on every device (least_time), and the bounds that follow for any
/// plan.
class LeastTimes {
 public:
  LeastTimes(const graph::Graph& lowered, const Estimator& estimator);

  /// Of the layers [first, end) on one rank: the sum of the least times.
  [[nodiscard]] Seconds of(Rank rank, std::size_t first, std::size_t end) const;

  /// The least time in which `ranks` can do the layers [first, end) of a frame one after the other,
  /// all of them working on each: the rates for each layer add up. It holds of a group that goes
  /// from layer to layer together.
  [[nodiscard]] Seconds together(const std::vector<Rank>& ranks, std::size_t first,
                                 std::size_t end) const;

  /// A time that no plan's interval or latency is below, by the plan's price.
  ///
  /// Let x(r, l) be the part of layer l that rank r computes of the mean frame; n(l) the part that
  /// must be made at all (1, but for what fused readers with strides leave out); t(r, l) the least
  /// time of the whole layer. In every plan r is busy with sum over l of x(r, l) t(r, l) seconds of
  /// each frame at least, that is no more than the interval, nor, of the only frame, the latency;
  /// and the sum over r of x(r, l) is n(l) at least. Let m(r) be weights of the ranks that add up
  /// to 1. Then the interval is at least
  ///
  ///     sum over r of m(r) sum over l of x(r, l) t(r, l) >= sum over l of n(l) min over r m(r)
  ///     t(r, l)
  ///
  /// whatever the weights (weak duality of the linear program that shares the layers out). Method:
  /// they begin at 1 / t(r), which is exact where every device is so many times as quick as the
  /// other with all layers, and are changed by subgradient steps; the greatest bound is kept. Cost:
  /// 200 passes over classes of devices and layers.
  ///
  /// Ranks that take 1 s and 3 s: weights 3/4 and 1/4, bound 0.75 s.
  [[nodiscard]] Seconds bound(const std::vector<Rank>& ranks) const;

 private:
  struct Kind {
    std::size_t which = 0;
    double count = 0;
  };
  [[nodiscard]] double bound_by(const std::vector<Kind>& kinds, std::vector<double>& weights,
                                std::vector<double>& shares) const;

  const Estimator& estimator_;
  std::vector<double> needed_;               ///< by layer
  std::vector<std::vector<Seconds>> least_;  ///< by class of devices, by layer
  std::vector<std::vector<Seconds>> sums_;   ///< by class: of the layers before each
};

}  // namespace shoal::planner
