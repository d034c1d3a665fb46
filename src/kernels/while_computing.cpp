#include "shoal/kernels/while_computing.hpp"

#include <chrono>
#include <utility>

namespace shoal::kernels {
namespace {

/// Of each thread, so that what other threads compute for it does not call.
WhileComputing*& present() {
  // NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): nobody else's
  thread_local WhileComputing* one = nullptr;
  return one;
}

Seconds now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

WhileComputing::WhileComputing(std::function<void()> attend)
    : attend_(std::move(attend)), next_(now() + interval) {
  present() = this;
}

WhileComputing::~WhileComputing() {
  present() = nullptr;
}

void WhileComputing::attend() {
  WhileComputing* const one = present();
  if (one == nullptr) return;
  const Seconds at = now();
  if (at < one->next_) return;
  one->attend_();
  one->next_ = at + interval;
}

}  // namespace shoal::kernels
