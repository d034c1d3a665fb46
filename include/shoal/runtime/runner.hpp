#pragma once

#include <functional>
#include <optional>
#include <string>

#include "shoal/comm/communicator.hpp"
#include "shoal/comm/exchange.hpp"
#include "shoal/program/program.hpp"
#include "shoal/runtime/executor.hpp"
#include "shoal/runtime/timing.hpp"

namespace shoal::runtime {

/// A frame and what to call it.
struct Frame {
  std::string label;
  Tensor tensor;
};

/// The next frame, or nothing at the end. Called on the input rank only.
using FrameSource = std::function<std::optional<Frame>()>;

/// Takes an answer. Called on the output rank only, in the order of the frames.
/// @param seconds from when the frame was ready on the input rank's side of the loop to its answer
using AnswerSink =
    std::function<void(const std::string& label, const Tensor& answer, Seconds seconds)>;

/// Sees every frame and its answer on every rank, for checks; the frame is there on the input rank
/// only. Where there is one, answers are sent to all ranks.
using Observer = std::function<void(const Tensor* frame, const Tensor& answer)>;

/// One rank's part of a job: walks its program for frame after frame. All functions are collective
/// over the job.
class Runner {
 public:
  /// Loads the weights. What goes wrong is thrown on the rank where it does: see comm::agree.
  Runner(const comm::Communicator& world, const program::Program& program,
         const WeightLoader& load);

  /// Makes the communicators of the program's groups; call it when all ranks have loaded.
  void connect();

  /// Runs until the source ends. Where the source fails, all ranks end and get its error.
  comm::Verdict run(const FrameSource& source, const AnswerSink& sink,
                    const Observer& observer = {});

  [[nodiscard]] const Times& times() const { return timing_.times(); }
  [[nodiscard]] const comm::Traffic& traffic() const { return exchange_->traffic(); }
  [[nodiscard]] const Executor& executor() const { return executor_; }
  [[nodiscard]] std::size_t frames() const { return frames_; }

 private:
  /// The next frame's label on all ranks, its tensor on the input rank.
  struct Announcement;
  Announcement announce(const FrameSource& source);
  void run_frame(const Tensor* frame);
  void show(const Observer& observer, const Tensor* frame) const;

  const comm::Communicator& world_;
  const program::Program& program_;
  Rank rank_;
  Executor executor_;
  std::optional<comm::Exchange> exchange_;
  Timing timing_;
  std::size_t frames_ = 0;
};

/// The groups of a program's collectives, each once, in order of their first use.
std::vector<std::vector<Rank>> collective_groups(const program::Program& program);

}  // namespace shoal::runtime
