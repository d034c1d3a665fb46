#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/comm/exchange.hpp"
#include "shoal/plan/plan.hpp"
#include "shoal/program/program.hpp"
#include "shoal/runtime/frame_report.hpp"
#include "shoal/runtime/machine.hpp"
#include "shoal/runtime/throttle.hpp"
#include "shoal/runtime/timing.hpp"
#include "shoal/runtime/trace.hpp"
#include "shoal/runtime/weight_cache.hpp"
#include "shoal/tensor/tensor.hpp"

namespace shoal::runtime {

/// A frame and its label. Where it could not be read, `error` says why and the tensor is empty:
/// it takes no part in the computation, but keeps its place in the order.
struct Frame {
  std::string label;
  Tensor tensor;
  std::string error = {};
};

/// State of a source of frames.
enum class Supply { frame, later, end };

/// A plan that is in force from now on.
struct PlanChange {
  plan::Plan plan;
  std::int64_t frame = 0;  ///< the next one's number; known on the input rank
  Seconds at = 0;          ///< since the run began
};

/// Functions that a run needs from outside. Each is called on one rank only.
struct Ends {
  /// Puts the next frame into its argument, if there is one. On the input rank; should not wait.
  std::function<Supply(Frame& frame)> source;
  /// Takes an answer. On the output rank, in the order of the frames.
  /// `seconds` are from the frame's start to its answer.
  std::function<void(const std::string& label, const Tensor& answer, Seconds seconds)> sink;
  /// Takes why a frame could not be read, in its place among the answers. On the output rank.
  std::function<void(const std::string& label, const std::string& error)> failed;
  /// Number of the signal that asks this rank for an orderly end, or 0: the input ends then, on
  /// whichever rank it is. On every rank.
  std::function<int()> stopped_by;
  /// Sees every frame with its answer, in any order, for checks. On the input rank; all ranks must
  /// agree whether there is one.
  std::function<void(const Tensor& frame, const Tensor& answer)> observer;
  /// Hears of every rank's part of every frame. On the input rank.
  std::function<void(Rank rank, const FrameReport& report)> monitor;
  /// Whether to move to another plan, and to which (its document). On the input rank, which asks
  /// now and then.
  std::function<std::optional<std::string>()> replan;
  /// All ranks have moved to another plan. On every rank.
  std::function<void(const PlanChange& change)> moved;
  /// Called on every rank again and again, between steps and while it waits. Must not wait itself.
  std::function<void()> tick;
};

/// Programs for the same input and output rank, one for each lane. They are large: the ranks of a
/// process share them.
using Lanes = std::shared_ptr<const std::vector<program::Program>>;

/// One rank's part of a job: several frames are in flight, each on one of the lanes. A rank
/// computes its frames one after the other; what comes in and goes out meanwhile does so between
/// the steps. Between two frames the job may move to another plan: no frame comes in until those in
/// flight are answered, then every rank drops the shards that it has no more use for and loads
/// those that are new to it. Construction and run() are collective over the job.
class Runner {
 public:
  struct Options {
    std::size_t credits = 1;       ///< most frames between input and answer
    bool trace = false;            ///< whether spans are kept
    std::int64_t first_frame = 0;  ///< number of the first frame; others follow
    std::vector<ThrottleSpec> slowdowns{};
    const Machine* machine = &this_machine();  ///< must outlive the runner
  };

  /// Loads the weights. What goes wrong is thrown on the rank where it does: see comm::agree.
  /// `world` and `weights` must outlive this.
  Runner(const comm::Communicator& world, Lanes lanes, WeightCache& weights, Options options);
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  ~Runner();

  /// Makes the communicators of the lanes' groups; call it when all ranks have loaded.
  void connect();

  /// Runs until the source ends and all frames are answered. Where the source fails, frames in
  /// flight are answered, then all ranks end and get its error. Where some rank cannot move to
  /// another plan, all end and get why.
  comm::Verdict run(const Ends& ends);
  /// Number of the signal that ended the input early, on whichever rank it came; 0 without.
  [[nodiscard]] int stopped_by() const;

  /// Of the plan that is in force.
  [[nodiscard]] const std::vector<program::Program>& lanes() const;
  [[nodiscard]] const Times& times() const;
  [[nodiscard]] comm::Traffic traffic() const;
  /// All memory that the plan in force ever took for activations.
  [[nodiscard]] Bytes activation_bytes() const;
  /// Frames whose answer this rank saw out or had a part in.
  [[nodiscard]] std::size_t frames() const;
  /// On the input rank: how many frames were in flight at once.
  [[nodiscard]] std::size_t most_in_flight() const;
  [[nodiscard]] const std::vector<Span>& spans() const;
  [[nodiscard]] Bytes peak_memory() const;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

/// An Error on ranks that compiled other programs than rank 0 did. Collective.
void expect_alike(const comm::Communicator& world, const std::vector<program::Program>& lanes);

/// The groups of the lanes' collectives, each once, in order of their first use.
std::vector<std::vector<Rank>> collective_groups(const std::vector<program::Program>& lanes);

}  // namespace shoal::runtime
