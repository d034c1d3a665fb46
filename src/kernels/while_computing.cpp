#include "shoal/kernels/while_computing.hpp"

#include <chrono>
#include <utility>

namespace shoal::kernels {
namespace {

/// Of each thread, so that what other threads compute for it does not call.
thread_local WhileComputing* present = nullptr;

Seconds now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

WhileComputing::WhileComputing(std::function<void()> attend)
    : attend_(std::move(attend)), next_(now() + interval) {
  present = this;
}

WhileComputing::~WhileComputing() {
  present = nullptr;
}

void WhileComputing::attend() {
  if (present == nullptr) return;
  const Seconds at = now();
  if (at < present->next_) return;
  present->attend_();
  present->next_ = at + interval;
}

}  // namespace shoal::kernels
