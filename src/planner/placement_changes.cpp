#include "planner/placement_changes.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace shoal::planner {
namespace {

std::optional<std::size_t> index_of(const std::vector<Rank>& ranks, Rank rank) {
  const auto found = std::find(ranks.begin(), ranks.end(), rank);
  if (found == ranks.end()) return std::nullopt;
  return static_cast<std::size_t>(found - ranks.begin());
}

double sum(const std::vector<double>& shares) {
  return std::accumulate(shares.begin(), shares.end(), 0.0);
}

}  // namespace

bool are_cut_alike(const plan::Placement& a, const plan::Placement& b) {
  return a.scheme == b.scheme && a.ranks == b.ranks && a.options == b.options;
}

bool move_share(plan::Placement& placed, Rank from, Rank to, double part) {
  const auto giver = index_of(placed.ranks, from);
  const auto taker = index_of(placed.ranks, to);
  if (!giver || !taker || placed.options.axes.size() > 1) return false;
  std::vector<double>& shares = placed.options.shares;
  const double moved = std::min(part * sum(shares), shares[*giver]);
  if (moved <= 0) return false;
  shares[*giver] = std::round(1000 * (shares[*giver] - moved)) / 1000;
  shares[*taker] = std::round(1000 * (shares[*taker] + moved)) / 1000;
  return true;
}

bool give_nothing(plan::Placement& placed, Rank rank) {
  const auto giver = index_of(placed.ranks, rank);
  if (!giver || placed.options.axes.size() > 1) return false;
  std::vector<double>& shares = placed.options.shares;
  if (shares[*giver] == 0 || shares[*giver] == sum(shares)) return false;
  shares[*giver] = 0;
  return true;
}

}  // namespace shoal::planner
