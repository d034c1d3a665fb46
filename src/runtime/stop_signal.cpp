#include "shoal/runtime/stop_signal.hpp"

#include <csignal>

namespace shoal::runtime {
namespace {

// What a handler may touch is static and of this type (C++ [support.signal]).
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
volatile std::sig_atomic_t stopped_by = 0;

void request_stop(int signal) {
  if (stopped_by == 0) {
    stopped_by = signal;
    return;
  }
  // What was answered is in the file.
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

StopSignal::StopSignal() {
  stopped_by = 0;
  std::signal(SIGINT, request_stop);
  std::signal(SIGTERM, request_stop);
}

StopSignal::~StopSignal() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

int StopSignal::number() const {
  return stopped_by;
}

}  // namespace shoal::runtime
