#include "shoal/base/watchdog.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

#include <unistd.h>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

/// Of which one that passes unseen, since the process was stopped, counts no more.
constexpr Seconds slice = 1;

void write_all(const std::string& text) {
  for (std::size_t written = 0; written < text.size();) {
    const ssize_t some = ::write(STDERR_FILENO, text.data() + written, text.size() - written);
    if (some <= 0) return;
    written += static_cast<std::size_t>(some);
  }
}

}  // namespace

struct Watchdog::Thread {
  Thread(Seconds limit, const std::string& line)
      : thread([this, limit, text = line + "\n"] { watch(limit, text); }) {}
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;
  ~Thread() {
    {
      const std::lock_guard lock(mutex);
      is_over = true;
    }
    changed.notify_one();
    thread.join();
  }

  void watch(Seconds limit, const std::string& text) {
    std::unique_lock lock(mutex);
    for (Seconds left = limit; left > 0; left -= slice) {
      const std::chrono::duration<double> some(std::min(left, slice));
      if (changed.wait_for(lock, some, [this] { return is_over; })) return;
    }
    // Of several that come at once only the first has its line.
    static std::mutex end;
    end.lock();
    write_all(text);
    ::_exit(1);
  }

  std::mutex mutex;
  std::condition_variable changed;
  bool is_over = false;
  std::thread thread;
};

Watchdog::Watchdog(Seconds limit, const std::string& line) {
  if (limit <= 0) return;
  try {
    thread_ = std::make_unique<Thread>(limit, line);
  } catch (const std::system_error& error) {
    throw Error("no further thread can be started ({}); is the address space limited (ulimit -v)?",
                error.code().message());
  }
}

Watchdog::~Watchdog() = default;

}  // namespace shoal
