#pragma once

#include <optional>
#include <string>

#include "shoal/comm/communicator.hpp"

#include "cli/answers.hpp"

namespace shoal::cli {

/// Results of a run. They are written on the output rank; the other ranks hear what an earlier run
/// left. What was written stays, and is said to, whatever ends the run.
class RunOutput {
 public:
  /// Makes or continues the file, on the output rank. Collective over `world`.
  RunOutput(const comm::Communicator& world, Rank output_rank, const Answers::Options& options);
  RunOutput(const RunOutput&) = delete;
  RunOutput& operator=(const RunOutput&) = delete;
  ~RunOutput() = default;

  /// Whether an earlier run that is to be continued has come to its end. On every rank.
  [[nodiscard]] bool is_complete() const { return is_complete_; }
  /// Number of results that an earlier run left, and the last one's label. On every rank.
  [[nodiscard]] std::size_t resumed() const { return resumed_; }
  [[nodiscard]] const std::string& last_label() const { return last_label_; }

  /// On the output rank.
  void write(const std::string& label, const Tensor& answer, Seconds seconds);
  void write_error(const std::string& label, const std::string& error);

  /// Lets results be seen. To be called again and again, on every rank.
  /// @param signal that asks for the end, or 0. mpirun gives its ranks a second from there on: what
  /// is written is made safe, and said to be, first.
  void tend(int signal);
  /// The run came to its end, in order: by itself, or by a signal. On every rank.
  void finish(int signal);
  /// The run ends early. Does not throw. On every rank.
  void leave(const std::string& reason);

 private:
  void open(const Answers::Options& options);
  void say_what_is_kept();

  bool is_complete_ = false;
  std::size_t resumed_ = 0;
  std::string last_label_;
  std::optional<Answers> answers_;  ///< on the output rank
  std::size_t told_ = 0;            ///< results that were said to be kept
  bool is_signal_seen_ = false;
};

}  // namespace shoal::cli
