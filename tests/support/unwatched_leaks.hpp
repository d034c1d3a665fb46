#pragma once

// Of the leak sanitizer, where the test is built with it.
extern "C" [[gnu::weak]] void __lsan_disable();
extern "C" [[gnu::weak]] void __lsan_enable();

namespace shoal::testing {

/// While it lives, nothing that this thread makes counts as a leak: for what a library keeps.
class UnwatchedLeaks {
 public:
  UnwatchedLeaks() {
    if (__lsan_disable != nullptr) __lsan_disable();
  }
  UnwatchedLeaks(const UnwatchedLeaks&) = delete;
  UnwatchedLeaks& operator=(const UnwatchedLeaks&) = delete;
  ~UnwatchedLeaks() {
    if (__lsan_enable != nullptr) __lsan_enable();
  }
};

}  // namespace shoal::testing
