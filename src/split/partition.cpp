#include "shoal/split/partition.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "shoal/base/error.hpp"

namespace shoal::split {
namespace {

void check(std::span<const double> shares) {
  const bool legal = std::all_of(shares.begin(), shares.end(),
                                 [](double share) { return std::isfinite(share) && share >= 0; });
  if (!legal || std::accumulate(shares.begin(), shares.end(), 0.0) <= 0) {
    throw Error("shares must be finite, not negative and not all zero");
  }
}

/// `count` things for `shares`, by largest remainder.
std::vector<Index> apportion(Index count, std::span<const double> shares) {
  const double total = std::accumulate(shares.begin(), shares.end(), 0.0);
  std::vector<Index> counts;
  std::vector<double> remainders;
  for (const double share : shares) {
    const double quota = static_cast<double>(count) * (share / total);
    counts.push_back(static_cast<Index>(std::floor(quota)));
    // A share of nothing never wins a remainder.
    remainders.push_back(share > 0 ? quota - std::floor(quota) : -1);
  }
  std::vector<std::size_t> order(shares.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  Index left = count - std::accumulate(counts.begin(), counts.end(), Index{0});
  for (std::size_t i = 0; left > 0; ++i, --left) ++counts[order[i % order.size()]];
  return counts;
}

}  // namespace

std::vector<Range> partition(Index extent, std::span<const double> shares, Index grain) {
  check(shares);
  const Index grains = (extent + grain - 1) / grain;
  std::vector<Range> ranges;
  Index begin = 0;
  for (const Index count : apportion(grains, shares)) {
    const Index end = std::min(extent, begin + count * grain);
    ranges.push_back({begin, end});
    begin = end;
  }
  return ranges;
}

}  // namespace shoal::split
