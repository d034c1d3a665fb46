#include "shoal/base/watchdog.hpp"

#include <chrono>
#include <cstdio>
#include <thread>

#include <gtest/gtest.h>

namespace shoal {
namespace {

void wait_for(Seconds seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

TEST(WatchdogDeathTest, EndsAProcessThatWaitsForLonger) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const Watchdog watchdog(0.05, "shoal: too long");
        wait_for(60);
      },
      ::testing::ExitedWithCode(1), "^shoal: too long\n$");
}

TEST(Watchdog, LetsTheProcessBeWhereItWasQuickEnough) {
  { const Watchdog watchdog(0.3, "not in time"); }
  wait_for(0.4);
}

TEST(Watchdog, WithoutALimitWaitsForAnything) {
  const Watchdog watchdog(0, "not in time");
  wait_for(0.1);
}

TEST(LeaveDeathTest, FlushesAndGivesTheExitCode) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        std::setvbuf(stderr, nullptr, _IOFBF, BUFSIZ);
        std::fputs("the last words", stderr);
        leave(3);
      },
      ::testing::ExitedWithCode(3), "the last words");
}

}  // namespace
}  // namespace shoal
