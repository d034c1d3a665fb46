#include "runtime/dispatcher.hpp"

#include <algorithm>

namespace shoal::runtime {
namespace {

/// How much the latest frame counts in the mean of what frames take.
constexpr double weight_of_latest = 0.25;
/// What a frame is taken to take before one was seen: the same everywhere.
constexpr Seconds first_guess = 1;
/// By what part two lanes must differ for one of them to be preferred: others are taken in turn,
/// which keeps the queues of all stages even. Whoever follows each small difference does not.
constexpr double alike = 0.1;

}  // namespace

Dispatcher::Dispatcher(const std::vector<program::Program>& lanes, std::size_t credits)
    : last_used_(lanes.size(), -1), credits_(credits) {
  for (const program::Program& lane : lanes) {
    std::vector<Rank>& members = members_.emplace_back();
    for (int rank = 0; rank < lane.ranks(); ++rank) {
      if (!lane.of({rank}).empty()) members.push_back({rank});
    }
    loads_.emplace_back(static_cast<std::size_t>(lane.ranks()));
  }
}

Seconds Dispatcher::busy_until(std::size_t lane) const {
  const auto each = [](const Load& load) { return load.known ? load.each : first_guess; };
  Seconds latest = 0;
  for (const Rank rank : members_[lane]) {
    const auto i = static_cast<std::size_t>(rank.value);
    Seconds until = each(loads_[lane][i]);
    for (const std::vector<Load>& loads : loads_) {
      if (loads[i].frames > 0) until += static_cast<double>(loads[i].frames) * each(loads[i]);
    }
    latest = std::max(latest, until);
  }
  return latest;
}

std::size_t Dispatcher::admit(std::int64_t frame) {
  std::size_t best = 0;
  Seconds soonest = busy_until(0);
  for (std::size_t lane = 1; lane < members_.size(); ++lane) {
    const Seconds until = busy_until(lane);
    const Seconds noise = alike * soonest;
    if (until < soonest - noise ||
        (until <= soonest + noise && last_used_[lane] < last_used_[best])) {
      best = lane;
      soonest = until;
    }
  }
  last_used_[best] = frame;
  in_flight_[frame] = {best, members_[best].size()};
  most_in_flight_ = std::max(most_in_flight_, in_flight());
  for (const Rank rank : members_[best]) {
    ++loads_[best][static_cast<std::size_t>(rank.value)].frames;
  }
  return best;
}

void Dispatcher::done(Rank rank, const FrameReport& report) {
  const auto flight = in_flight_.find(report.frame);
  Load& load = loads_[flight->second.lane][static_cast<std::size_t>(rank.value)];
  --load.frames;
  const Seconds took = report.computing + report.transferring;
  load.each = load.known ? (1 - weight_of_latest) * load.each + weight_of_latest * took : took;
  load.known = true;
  if (--flight->second.missing == 0) in_flight_.erase(flight);
}

}  // namespace shoal::runtime
