#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "shoal/base/units.hpp"

namespace shoal::runtime {

/// From a frame on, what a rank computes takes it `factor` times as long: a quick computer passes
/// for slow ones.
struct Slowdown {
  std::optional<Rank> rank;  ///< every one without it
  double factor = 1;
  std::int64_t from_frame = 0;
};

/// How many times as long as it would the rank takes for the frame; the slowdowns' factors
/// multiply.
double slowness(std::span<const Slowdown> slowdowns, Rank rank, std::int64_t frame);

/// A piece of computing that is to take longer than it does. It lasts a multiple of the processor
/// time that it took the calling thread. So, up to that multiple, it makes no difference how long
/// the thread had to wait for a core: more ranks than cores can pass for devices of their own. Nor
/// for its data, which is what a page from swap costs.
class StretchedTime {
 public:
  /// It begins now.
  StretchedTime();
  /// It ends: sleeps for what is missing.
  void end(double factor) const;

 private:
  Seconds begin_;
  Seconds processor_begin_;
};

}  // namespace shoal::runtime
