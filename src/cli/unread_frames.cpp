#include "cli/unread_frames.hpp"

#include <cstdio>

#include <fmt/ranges.h>

#include "shoal/base/error.hpp"
#include "shoal/base/text.hpp"

namespace shoal::cli {
namespace {

/// Labels that the summary names; the answers name all.
constexpr std::size_t most_labels = 3;

}  // namespace

void UnreadFrames::note(const runtime::Frame& frame) {
  ++frames_;
  if (frame.error.empty()) return;
  if (strict_) {
    throw Error("{}: {} (--strict ends the run here)", frame.label, frame.error);
  }
  ++count_;
  if (first_labels_.size() < most_labels) first_labels_.push_back(printable(frame.label));
}

std::string UnreadFrames::text() const {
  std::string text = fmt::format("{} of {} could not be read: {}", count_,
                                 counted(frames_, "frame"), fmt::join(first_labels_, ", "));
  if (count_ > most_labels) text += fmt::format(" and {} more", count_ - most_labels);
  return text;
}

int exit_code(const comm::Communicator& world, Rank input_rank, const UnreadFrames* unread) {
  const auto count = static_cast<std::int64_t>(unread != nullptr ? unread->count() : 0);
  if (count > 0) fmt::print(stderr, "shoal: {}\n", unread->text());
  return world.broadcast(count, input_rank) > 0 ? unread_exit_code : 0;
}

}  // namespace shoal::cli
