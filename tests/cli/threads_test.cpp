#include "cli/threads.hpp"

#include <thread>

#include <gtest/gtest.h>
#include <sched.h>

namespace shoal::cli {
namespace {

/// Binds this process to the first core that it may use, until it goes.
class OneCore {
 public:
  OneCore() {
    ::sched_getaffinity(0, sizeof(before_), &before_);
    std::size_t first = 0;
    while (!CPU_ISSET(first, &before_)) ++first;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    ::sched_setaffinity(0, sizeof(one), &one);
  }
  OneCore(const OneCore&) = delete;
  OneCore& operator=(const OneCore&) = delete;
  ~OneCore() { ::sched_setaffinity(0, sizeof(before_), &before_); }

 private:
  cpu_set_t before_{};
};

TEST(Threads, AreAsManyAsTold) {
  EXPECT_EQ(threads_of_rank(3, 1), 3);
  EXPECT_EQ(threads_of_rank(1, 100), 1);
}

TEST(Threads, AreTheRanksShareOfTheHost) {
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  EXPECT_LE(threads_of_rank(0, 1), cores);
  EXPECT_EQ(threads_of_rank(0, 1000), 1);
}

TEST(Threads, AreNoMoreThanTheCoresThatTheRankIsBoundTo) {
  const OneCore bound;
  EXPECT_EQ(threads_of_rank(0, 1), 1);
}

}  // namespace
}  // namespace shoal::cli
