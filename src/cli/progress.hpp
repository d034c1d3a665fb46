#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "shoal/runtime/frame_report.hpp"

namespace shoal::cli {

/// A line on the terminal that tells how the run goes, on the standard error; nothing where that is
/// none. Under mpirun the standard error is a pipe to it: then the question is whether mpirun's is
/// a terminal.
class Progress {
 public:
  /// @param output the rank whose reports end a frame
  Progress(bool wanted, Rank output, std::optional<std::size_t> total);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  /// A rank has done its part of a frame.
  void report(Rank rank, const runtime::FrameReport& report);
  /// Prints a line of its own, shown or not.
  void say(const std::string& line) const;
  /// `12/48  3.21 frames/s  latency 0.612 s, 95 % under 0.700 s  busiest rank 2 (0.301 s)  memory
  /// 234 MB`: rates and times of the latest frames.
  [[nodiscard]] std::string text() const;

 private:
  struct Answered {
    Seconds at = 0;
    Seconds latency = 0;
  };
  void clear() const;

  bool shown_;
  Rank output_;
  std::optional<std::size_t> total_;
  std::size_t done_ = 0;
  std::deque<Answered> latest_;
  std::map<Rank, Seconds> busy_;  ///< with its latest frame
  Bytes memory_ = 0;
};

}  // namespace shoal::cli
