#include "shoal/runtime/throttle.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <thread>

#include "shoal/kernels/while_computing.hpp"

namespace shoal::runtime {
namespace {

Seconds now_of(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<Seconds>(now.tv_sec) + static_cast<Seconds>(now.tv_nsec) * 1e-9;
}

}  // namespace

double slowness(std::span<const ThrottleSpec> slowdowns, Rank rank, std::int64_t frame) {
  double factor = 1;
  for (const ThrottleSpec& one : slowdowns) {
    if (one.rank.value_or(rank) == rank && frame >= one.from_frame) factor *= one.factor;
  }
  return factor;
}

void Throttle::begin() {
  begin_ = now_of(CLOCK_MONOTONIC);
  processor_begin_ = now_of(CLOCK_THREAD_CPUTIME_ID);
}

void Throttle::end(std::size_t step, double factor, const std::function<void()>& attend) {
  if (factor == 1) return;
  const Seconds end = begin_ + duration(step, processor_time(), factor);
  for (Seconds now = now_of(CLOCK_MONOTONIC); now < end; now = now_of(CLOCK_MONOTONIC)) {
    const Seconds some = std::min(end - now, kernels::WhileComputing::interval);
    std::this_thread::sleep_for(std::chrono::duration<double>(some));
    attend();
  }
}

void Throttle::learn(std::size_t step) {
  duration(step, processor_time(), 1);
}

Seconds Throttle::processor_time() const {
  return now_of(CLOCK_THREAD_CPUTIME_ID) - processor_begin_;
}

Seconds Throttle::duration(std::size_t step, Seconds processor, double factor) {
  Seconds& least = least_.try_emplace(step, processor).first->second;
  least = std::min(least, processor);
  return factor * least;
}

}  // namespace shoal::runtime
