#include "cli/progress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shoal::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr Rank output{2};

/// A frame's part on the output rank.
runtime::FrameReport answered(Seconds began, Seconds ended) {
  runtime::FrameReport report;
  report.began = began;
  report.ended = ended;
  return report;
}

runtime::FrameReport busy(Seconds computing, Seconds transferring, Bytes memory) {
  runtime::FrameReport report;
  report.computing = computing;
  report.transferring = transferring;
  report.waiting = 100;
  report.peak_memory = memory;
  return report;
}

TEST(Progress, HasNothingToTellBeforeTheFirstAnswer) {
  Progress progress(false, output, 4);
  EXPECT_EQ(progress.text(200), "no frame yet");
  progress.report({0}, busy(1, 1, 1000));
  EXPECT_EQ(progress.text(200), "no frame yet");
}

/// Three answers in a second: two steps between them. What the busiest rank waited is not its work.
TEST(Progress, TellsRateLatencyBusiestRankAndMemory) {
  Progress progress(false, output, 12);
  progress.report({0}, busy(0.1, 0.05, 300'000'000));
  progress.report({1}, busy(0.2, 0.101, 234'000'000));
  progress.report(output, answered(0.0, 0.5));
  progress.report(output, answered(0.4, 1.1));
  progress.report(output, answered(0.9, 1.5));
  EXPECT_EQ(progress.text(200),
            "3/12  2.00 frames/s  4 s left  latency 0.600 s (95 % within 0.600 s)  busiest rank 1 "
            "(0.301 s)  memory 300.0 MB");
  // A line that the terminal would break scrolls with every frame.
  EXPECT_EQ(progress.text(79),
            "3/12  2.00 frames/s  4 s left  latency 0.600 s (95 % within 0.600 s)");
  EXPECT_EQ(progress.text(20), "3/12  2.00 frames/s");
}

TEST(Progress, CountsWithoutATotalWhereThereIsNone) {
  Progress progress(false, output, std::nullopt);
  progress.report(output, answered(0, 0.25));
  EXPECT_THAT(progress.text(200), StartsWith("1 frame  0.00 frames/s  latency 0.250 s"));
}

/// The rate of a run that became slower is that of its latest frames, not of all.
TEST(Progress, LooksBackOnlySoFar) {
  Progress progress(false, output, std::nullopt);
  Seconds now = 0;
  for (int i = 0; i < 100; ++i, now += 0.01) progress.report(output, answered(now, now + 0.1));
  for (int i = 0; i < 64; ++i, now += 1) progress.report(output, answered(now, now + 2));
  EXPECT_THAT(progress.text(200),
              StartsWith("164 frames  1.00 frames/s  latency 2.000 s (95 % within 2.000 s)"));
}

/// Of a hundred latencies 0.01, 0.02, … the last 64 are looked at.
TEST(Progress, TellsHowLongFramesTakeAtMostButForOneInTwenty) {
  Progress progress(false, output, std::nullopt);
  for (int i = 1; i <= 100; ++i) progress.report(output, answered(0, i * 0.01));
  EXPECT_THAT(progress.text(200), HasSubstr("latency 0.690 s (95 % within 0.960 s)"));
}

}  // namespace
}  // namespace shoal::cli
