#include "runtime/deployment.hpp"

#include <algorithm>

#include "shoal/base/eager_release.hpp"

#include "runtime/dry_run.hpp"

namespace shoal::runtime {

Deployment::Deployment(Lanes lanes, std::size_t credits, const Times& so_far)
    : lanes_(std::move(lanes)),
      throttle_(lanes_->size()),
      timing_(*lanes_, so_far),
      dispatcher_(*lanes_, std::max<std::size_t>(1, credits)) {
  for (const program::Program& lane : *lanes_) {
    most_transfers_ = std::max(most_transfers_, static_cast<int>(lane.transfers.size()));
  }
}

void Deployment::load(Rank self, WeightCache& weights, const Machine& machine, bool is_slowed) {
  const EagerRelease release;
  for (const program::Program& lane : *lanes_) {
    executors_.push_back(std::make_unique<Executor>(lane, self, weights, memory_, machine));
  }
  if (!is_slowed) return;
  for (std::size_t lane = 0; lane < executors_.size(); ++lane) {
    learn(throttle_[lane], *executors_[lane]);
  }
}

void Deployment::connect(const comm::Communicator& world) {
  exchange_.emplace(world, collective_groups(*lanes_));
}

comm::Traffic Deployment::traffic() const {
  return exchange_ ? exchange_->traffic() : comm::Traffic{};
}

}  // namespace shoal::runtime
