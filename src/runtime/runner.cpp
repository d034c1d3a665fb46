#include "shoal/runtime/runner.hpp"

#include <algorithm>

#include "shoal/base/error.hpp"
#include "shoal/program/lanes.hpp"

#include "runtime/loop.hpp"

namespace shoal::runtime {

Runner::Runner(const comm::Communicator& world, Lanes lanes, WeightCache& weights, Options options)
    : loop_(std::make_unique<Loop>(world, std::move(lanes), weights, std::move(options))) {}

Runner::~Runner() = default;

void Runner::connect() {
  loop_->connect();
}

comm::Verdict Runner::run(const Ends& ends) {
  return loop_->run(ends);
}

int Runner::stopped_by() const {
  return loop_->stopped_by();
}

const std::vector<program::Program>& Runner::lanes() const {
  return loop_->lanes();
}

const Times& Runner::times() const {
  return loop_->times();
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

Bytes Runner::peak_memory() const {
  return loop_->peak_memory();
}

void expect_alike(const comm::Communicator& world, const std::vector<program::Program>& lanes) {
  const auto digest = static_cast<std::int64_t>(program::digest(lanes));
  if (digest == world.broadcast(digest, Rank{0})) return;
  throw Error(
      "compiles the plan to another program than rank 0; are the versions of shoal on all hosts "
      "the same?");
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
