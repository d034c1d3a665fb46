#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/runtime/runner.hpp"

namespace shoal::cli {

/// Exit code of a run that answered what it could, but could not read every frame.
constexpr int unread_exit_code = 3;

/// Counts, on the input rank, the frames that could not be read.
class UnreadFrames {
 public:
  /// @param strict whether the first of them is an Error
  explicit UnreadFrames(bool strict) : strict_(strict) {}

  /// Every frame that the source gives, good or not.
  void note(const runtime::Frame& frame);
  [[nodiscard]] std::size_t count() const { return count_; }
  /// `2 of 48 frames could not be read: a.jpg, b.jpg`.
  [[nodiscard]] std::string text() const;

 private:
  bool strict_;
  std::size_t frames_ = 0;
  std::size_t count_ = 0;
  std::vector<std::string> first_labels_;
};

/// Says, on the input rank, which frames could not be read, and gives every rank the exit code.
/// Collective.
/// @param unread on the input rank; null on the others
int exit_code(const comm::Communicator& world, Rank input_rank, const UnreadFrames* unread);

}  // namespace shoal::cli
