#pragma once

#include <memory>
#include <string>

#include "shoal/base/units.hpp"

namespace shoal {

/// Ends this process where it waits for something that may never come: when one of these has lived
/// for longer than its limit, the line goes to the standard error and the process ends with exit
/// code 1, whatever it is in the middle of. Nothing is unwound, and files are left as they are.
/// Time during which the process is stopped does not count. Without effect in the twin, where
/// nobody's time but the simulation's passes.
class Watchdog {
 public:
  /// @param limit 0: none
  /// An Error where the system allows no further thread.
  Watchdog(Seconds limit, const std::string& line);
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog();

 private:
  struct Thread;
  std::unique_ptr<Thread> thread_;
};

/// Ends the process with this exit code. Output is flushed before, and what libraries do at the end
/// is not waited for: OpenBLAS's threads, where the address space is small, never end.
[[noreturn]] void leave(int exit_code);

}  // namespace shoal
