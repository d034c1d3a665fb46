#include "shoal/runtime/timing.hpp"

#include <cmath>
#include <limits>

namespace shoal::runtime {
namespace {

constexpr std::size_t frames_between_flushes = 256;
constexpr double no_part = std::numeric_limits<double>::infinity();

}  // namespace

Timing::Timing(const comm::Communicator& world, std::size_t transfers)
    : world_(world), transfers_(transfers), spent_(transfers, no_part) {}

void Timing::transferred(program::TransferId transfer, Seconds seconds) {
  spent_[frames_ * transfers_ + transfer.value] = seconds;
}

void Timing::end_frame() {
  ++frames_;
  if (frames_ == frames_between_flushes) flush();
  spent_.resize((frames_ + 1) * transfers_, no_part);
}

void Timing::flush() {
  std::vector<double> least = spent_;
  world_.minimum(least);
  for (std::size_t i = 0; i < spent_.size(); ++i) {
    if (std::isinf(spent_[i])) continue;
    times_.communicating += least[i];
    times_.waiting += spent_[i] - least[i];
  }
  frames_ = 0;
  spent_.assign(transfers_, no_part);
}

}  // namespace shoal::runtime
