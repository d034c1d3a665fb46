#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>

#include "shoal/base/units.hpp"

namespace shoal::runtime {

/// From a frame on, what a rank computes takes it `factor` times as long: a quick computer passes
/// for slow ones.
struct ThrottleSpec {
  std::optional<Rank> rank;  ///< every one without it
  double factor = 1;
  std::int64_t from_frame = 0;
};

/// Factor by which the rank is slower for the frame; the slowdowns' factors multiply.
double slowness(std::span<const ThrottleSpec> slowdowns, Rank rank, std::int64_t frame);

/// Steps of computing that are to take longer than they do: a multiple of the least processor time
/// that the same step ever took the calling thread. What one takes more, and the wait for a core up
/// to that multiple, it owes to others on this computer, to their hold on its caches and to their
/// interrupts: so more ranks than cores can pass for devices of their own. Waiting for data, as for
/// a page from swap, is absorbed as well.
class Throttle {
 public:
  /// A step begins now.
  void begin();
  /// It ends: sleeps for what is missing, and calls `attend` in between, as slow kernels would.
  void end(std::size_t step, double factor, const std::function<void()>& attend);
  /// It ends as soon as it may; what it took counts for the next time.
  void learn(std::size_t step);
  /// Time that a step shall last that took so much processor time.
  Seconds duration(std::size_t step, Seconds processor, double factor);

 private:
  [[nodiscard]] Seconds processor_time() const;

  Seconds begin_ = 0;
  Seconds processor_begin_ = 0;
  std::map<std::size_t, Seconds> least_;
};

}  // namespace shoal::runtime
