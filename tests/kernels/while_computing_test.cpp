#include "shoal/kernels/while_computing.hpp"

#include <chrono>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "kernels/parallel.hpp"

namespace shoal::kernels {
namespace {

/// Computes for long enough to be interrupted.
void compute() {
  parallel_for(8, [](Index) {
    std::this_thread::sleep_for(std::chrono::duration<double>(2 * WhileComputing::interval));
  });
}

TEST(WhileComputing, CallsNowAndThenOnItsThread) {
  int calls = 0;
  const std::thread::id self = std::this_thread::get_id();
  const WhileComputing watch([&] {
    EXPECT_EQ(std::this_thread::get_id(), self);
    ++calls;
  });
  compute();
  EXPECT_GE(calls, 1);
  EXPECT_LE(calls, 8);
}

TEST(WhileComputing, LeavesOtherThreadsAlone) {
  int calls = 0;
  const WhileComputing watch([&] { ++calls; });
  std::thread(compute).join();
  EXPECT_EQ(calls, 0);
}

TEST(WhileComputing, EndsWithItsLife) {
  int calls = 0;
  std::optional<WhileComputing> watch(std::in_place, [&] { ++calls; });
  watch.reset();
  compute();
  EXPECT_EQ(calls, 0);
}

}  // namespace
}  // namespace shoal::kernels
