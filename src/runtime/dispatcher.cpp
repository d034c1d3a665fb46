#include "runtime/dispatcher.hpp"

#include <algorithm>

namespace shoal::runtime {
namespace {

/// How much the latest frame counts in the mean of what frames take.
constexpr double weight_of_latest = 0.25;
/// What a frame is taken to take before one was seen: the same everywhere.
constexpr Seconds first_guess = 1;

}  // namespace

Dispatcher::Dispatcher(const std::vector<program::Program>& lanes, std::size_t credits)
    : last_used_(lanes.size(), -1), credits_(credits) {
  for (const program::Program& lane : lanes) {
    std::vector<Rank>& members = members_.emplace_back();
    for (int rank = 0; rank < lane.ranks(); ++rank) {
      if (!lane.of({rank}).empty()) members.push_back({rank});
    }
    loads_.resize(static_cast<std::size_t>(lane.ranks()));
  }
}

Seconds Dispatcher::busy_until(std::size_t lane) const {
  Seconds latest = 0;
  for (const Rank rank : members_[lane]) {
    const Load& load = loads_[static_cast<std::size_t>(rank.value)];
    const Seconds each = load.known ? load.each : first_guess;
    latest = std::max(latest, static_cast<double>(load.frames + 1) * each);
  }
  return latest;
}

std::size_t Dispatcher::admit(std::int64_t frame) {
  std::size_t best = 0;
  Seconds soonest = busy_until(0);
  for (std::size_t lane = 1; lane < members_.size(); ++lane) {
    const Seconds until = busy_until(lane);
    if (until < soonest || (until == soonest && last_used_[lane] < last_used_[best])) {
      best = lane;
      soonest = until;
    }
  }
  last_used_[best] = frame;
  missing_[frame] = members_[best].size();
  most_in_flight_ = std::max(most_in_flight_, in_flight());
  for (const Rank rank : members_[best]) ++loads_[static_cast<std::size_t>(rank.value)].frames;
  return best;
}

void Dispatcher::done(Rank rank, const FrameReport& report) {
  Load& load = loads_[static_cast<std::size_t>(rank.value)];
  --load.frames;
  const Seconds took = report.computing + report.transferring;
  load.each = load.known ? (1 - weight_of_latest) * load.each + weight_of_latest * took : took;
  load.known = true;
  const auto missing = missing_.find(report.frame);
  if (--missing->second == 0) missing_.erase(missing);
}

}  // namespace shoal::runtime
