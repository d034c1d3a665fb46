#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

#include "shoal/base/watchdog.hpp"

namespace shoal {
namespace {

constexpr unsigned seconds_for_libraries = 5;

void leave_at_once(int /*signal*/) {
  ::_exit(0);
}

}  // namespace

void leave(int exit_code) {
  std::fflush(nullptr);
  if (exit_code != 0) ::_exit(exit_code);
  // What has succeeded has time for it, so that sanitizers tell what they found.
  std::signal(SIGALRM, leave_at_once);
  ::alarm(seconds_for_libraries);
  std::exit(exit_code);  // NOLINT(concurrency-mt-unsafe): the only call
}

}  // namespace shoal
