#include "shoal/kernels/threads.hpp"

#include <chrono>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>
#include <tbb/info.h>

#include "kernels/parallel.hpp"

namespace shoal::kernels {
namespace {

std::size_t threads_of_a_loop() {
  std::mutex mutex;
  std::set<std::thread::id> seen;
  parallel_for(64, [&](Index) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const std::lock_guard lock(mutex);
    seen.insert(std::this_thread::get_id());
  });
  return seen.size();
}

TEST(Threads, LetKernelsHaveNoMore) {
  Threads(1).run([] {
    EXPECT_EQ(thread_count(), 1);
    EXPECT_EQ(threads_of_a_loop(), 1U);
  });
}

TEST(Threads, AreAsManyAsCoresAtMost) {
  const int cores = tbb::info::default_concurrency();
  for (const int count : {cores, 4 * cores}) {
    Threads(count).run([&] { EXPECT_EQ(thread_count(), cores); });
  }
  EXPECT_EQ(thread_count(), cores) << "without Threads";
}

TEST(Threads, RunOnTheCallingThread) {
  const std::thread::id self = std::this_thread::get_id();
  Threads(1).run([&] { EXPECT_EQ(std::this_thread::get_id(), self); });
}

TEST(Threads, LetExceptionsThrough) {
  EXPECT_THROW(Threads(1).run([] { throw std::runtime_error("no"); }), std::runtime_error);
}

}  // namespace
}  // namespace shoal::kernels
