#include "shoal/runtime/runner.hpp"

#include <algorithm>

#include "runtime/loop.hpp"

namespace shoal::runtime {

Runner::Runner(const comm::Communicator& world, const std::vector<program::Program>& lanes,
               WeightCache& weights, const Options& options)
    : loop_(std::make_unique<Loop>(world, lanes, weights, options)) {}

Runner::~Runner() = default;

void Runner::connect() {
  loop_->connect();
}

comm::Verdict Runner::run(const Ends& ends) {
  return loop_->run(ends);
}

const Times& Runner::times() const {
  return loop_->timing().times();
}

comm::Traffic Runner::traffic() const {
  return loop_->traffic();
}

Bytes Runner::activation_bytes() const {
  return loop_->activation_bytes();
}

std::size_t Runner::frames() const {
  return loop_->frames();
}

std::size_t Runner::most_in_flight() const {
  return loop_->most_in_flight();
}

const std::vector<Span>& Runner::spans() const {
  return loop_->spans();
}

std::vector<std::vector<Rank>> collective_groups(const std::vector<program::Program>& lanes) {
  std::vector<std::vector<Rank>> groups;
  for (const program::Program& lane : lanes) {
    for (const program::TransferInfo& transfer : lane.transfers) {
      if (!transfer.redistribution.is_collective()) continue;
      std::vector<Rank> group = transfer.redistribution.participants();
      if (std::find(groups.begin(), groups.end(), group) == groups.end()) {
        groups.push_back(std::move(group));
      }
    }
  }
  return groups;
}

}  // namespace shoal::runtime
