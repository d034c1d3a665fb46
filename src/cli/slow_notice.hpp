#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace shoal::cli {

/// Says on the standard error what takes so long, once, a second after it began. Ends with the
/// work.
class SlowNotice {
 public:
  /// @param what in words, such as `planning for 16 devices`
  explicit SlowNotice(std::string what);

 private:
  std::mutex mutex_;
  std::condition_variable_any ended_;
  std::jthread thread_;
};

}  // namespace shoal::cli
