#pragma once

#include <csignal>

#include <sys/resource.h>

// Of the leak sanitizer, where the test is built with it.
extern "C" [[gnu::weak]] void __lsan_disable();
extern "C" [[gnu::weak]] void __lsan_enable();

namespace shoal::testing {

/// While it lives, no file grows over `bytes`: for whoever writes, a full disk. HDF5 keeps what it
/// made for a file that it can't close then, so nothing that is made meanwhile counts as a leak.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &now);
    if (__lsan_disable != nullptr) __lsan_disable();
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    if (__lsan_enable != nullptr) __lsan_enable();
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_{};
};

}  // namespace shoal::testing
