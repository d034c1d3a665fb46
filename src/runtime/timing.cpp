#include "shoal/runtime/timing.hpp"

#include <algorithm>
#include <limits>

namespace shoal::runtime {

Timing::Timing(const std::vector<program::Program>& lanes, const Times& so_far) : times_(so_far) {
  std::size_t transfers = 0;
  for (const program::Program& lane : lanes) {
    first_of_lane_.push_back(transfers);
    transfers += lane.transfers.size();
  }
  spent_.resize(transfers);
  quickest_.assign(transfers, std::numeric_limits<Seconds>::infinity());
}

void Timing::transferred(std::size_t lane, program::TransferId transfer, Seconds seconds) {
  const std::size_t i = first_of_lane_[lane] + transfer.value;
  spent_[i].sum += seconds;
  ++spent_[i].count;
  quickest_[i] = std::min(quickest_[i], seconds);
}

void Timing::finish(const comm::Communicator& world) {
  world.minimum(quickest_);
  for (std::size_t i = 0; i < spent_.size(); ++i) {
    if (spent_[i].count == 0) continue;
    const Seconds communicating = spent_[i].count * quickest_[i];
    times_.communicating += communicating;
    times_.waiting += spent_[i].sum - communicating;
  }
  std::fill(spent_.begin(), spent_.end(), Spent{});
}

}  // namespace shoal::runtime
