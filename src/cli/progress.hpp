#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shoal/runtime/frame_report.hpp"

namespace shoal::cli {

/// A line on the terminal that tells how the run goes, on the standard error; nothing where that
/// reaches none.
class Progress {
 public:
  /// @param output the rank whose reports end a frame
  /// @param prints_answers answers go to the standard output
  Progress(bool wanted, Rank output, std::optional<std::size_t> total, bool prints_answers = false);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  /// A rank has done its part of a frame.
  void report(Rank rank, const runtime::FrameReport& report);
  /// Prints a line of its own, shown or not.
  void say(const std::string& line) const;
  /// Takes the line away, so that something else can be printed.
  void clear() const;
  /// `12/48  3.21 frames/s  12 s left  latency 0.61 s (95 % within 0.70 s)  busiest rank 2 (0.30 s)
  /// memory 234 MB`: rates and times of the latest frames; as many of these parts as have room in
  /// `columns`.
  [[nodiscard]] std::string text(std::size_t columns) const;

 private:
  struct Answered {
    Seconds at = 0;
    Seconds latency = 0;
  };
  [[nodiscard]] double rate() const;
  [[nodiscard]] std::string time_left() const;
  [[nodiscard]] std::vector<std::string> parts() const;

  bool shown_;
  Rank output_;
  std::optional<std::size_t> total_;
  std::size_t done_ = 0;
  std::deque<Answered> latest_;
  std::map<Rank, Seconds> busy_;  ///< with its latest frame
  Bytes memory_ = 0;
};

}  // namespace shoal::cli
