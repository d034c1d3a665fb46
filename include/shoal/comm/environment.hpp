#pragma once

#include <string>

#include "shoal/base/watchdog.hpp"

namespace shoal::comm {

/// MPI from its start to its end. One thread talks to MPI (MPI_THREAD_FUNNELED).
class Environment {
 public:
  Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment();
};

/// While one of these lives, a job of which a rank is stopped or out of reach ends after
/// SHOAL_START_TIMEOUT seconds (60), with a line that says so. For the time from when MPI runs
/// until something else looks after the ranks, such as runtime::Heartbeat.
class StartWatch {
 public:
  StartWatch();

 private:
  Watchdog watchdog_;
};

/// Ends the whole job at once with this exit code, from a rank that cannot go on. What this process
/// leaves behind must have been seen to before: nothing is unwound.
[[noreturn]] void abort_job(int exit_code);

/// The name of this machine, as MPI knows it.
std::string host_name();

}  // namespace shoal::comm
