#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "shoal/comm/exchange.hpp"
#include "shoal/runtime/executor.hpp"
#include "shoal/runtime/runner.hpp"
#include "shoal/runtime/throttle.hpp"
#include "shoal/runtime/timing.hpp"

#include "runtime/dispatcher.hpp"

namespace shoal::runtime {

/// A plan in force, as far as this rank has to do with it.
class Deployment {
 public:
  /// @param so_far what earlier plans took
  Deployment(Lanes lanes, std::size_t credits, const Times& so_far);
  Deployment(const Deployment&) = delete;
  Deployment& operator=(const Deployment&) = delete;
  ~Deployment() = default;

  /// Loads the weights and chooses the kernels.
  /// @param is_slowed whether this rank's steps are slowed at times
  void load(Rank self, WeightCache& weights, const Machine& machine, bool is_slowed);
  /// Makes the communicators. Collective over `world`, when all ranks have loaded.
  void connect(const comm::Communicator& world);

  [[nodiscard]] const std::vector<program::Program>& lanes() const { return *lanes_; }
  [[nodiscard]] const program::Program& lane(std::int64_t lane) const {
    return (*lanes_)[static_cast<std::size_t>(lane)];
  }
  [[nodiscard]] const Executor& executor(std::int64_t lane) const {
    return *executors_[static_cast<std::size_t>(lane)];
  }
  [[nodiscard]] Throttle& throttle(std::int64_t lane) {
    return throttle_[static_cast<std::size_t>(lane)];
  }
  [[nodiscard]] Rank input_rank() const { return lanes_->front().input_rank; }
  [[nodiscard]] Rank output_rank() const { return lanes_->front().output_rank; }
  /// Of any lane.
  [[nodiscard]] int most_transfers() const { return most_transfers_; }
  [[nodiscard]] Bytes activation_bytes() const { return memory_.activations(); }

  [[nodiscard]] comm::Exchange& exchange() { return exchange_.value(); }
  [[nodiscard]] Timing& timing() { return timing_; }
  [[nodiscard]] const Timing& timing() const { return timing_; }
  [[nodiscard]] Dispatcher& dispatcher() { return dispatcher_; }
  [[nodiscard]] const Dispatcher& dispatcher() const { return dispatcher_; }
  /// Bytes that were moved within stages.
  [[nodiscard]] comm::Traffic traffic() const;

 private:
  Lanes lanes_;
  Memory memory_;
  std::vector<std::unique_ptr<Executor>> executors_;  ///< by lane
  std::vector<Throttle> throttle_;                    ///< by lane
  Timing timing_;
  Dispatcher dispatcher_;
  int most_transfers_ = 1;
  std::optional<comm::Exchange> exchange_;
};

}  // namespace shoal::runtime
