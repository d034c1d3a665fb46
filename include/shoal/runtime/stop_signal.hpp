#pragma once

namespace shoal::runtime {

/// SIGINT and SIGTERM ask for an orderly end while one of these lives; a second one ends at once.
class StopSignal {
 public:
  StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;
  ~StopSignal();

  /// Number of the signal that came; 0 before.
  [[nodiscard]] int number() const;
};

}  // namespace shoal::runtime
