#include "cli/startup.hpp"

#include <gtest/gtest.h>

namespace shoal::cli {
namespace {

runtime::RankReport started(const runtime::Startup& startup) {
  runtime::RankReport report;
  report.startup = startup;
  return report;
}

TEST(StartupLine, TellsThePartsOfARankAlone) {
  EXPECT_EQ(startup_line({started({0.25, 0.5, 1.5, 1.75})}, {0}),
            "first answer after 1.75 s: 0.25 s to start, 0.25 s to plan, 1.00 s to load weights, "
            "0.25 s for the frame\n");
}

/// All wait for the rank with the slowest card, whichever sees the answers out.
TEST(StartupLine, NamesTheRankThatLoadsLast) {
  const std::vector<runtime::RankReport> reports = {
      started({0.25, 0.5, 1.0, 0}), started({0.25, 0.5, 3.5, 0}), started({0.5, 0.75, 1.0, 4.0})};
  EXPECT_EQ(startup_line(reports, {2}),
            "first answer after 4.00 s: 0.50 s to start, 0.25 s to plan, 2.75 s to load weights "
            "(rank 1 the last), 0.50 s for the frame\n");
}

TEST(StartupLine, IsNoneWithoutAnAnswer) {
  EXPECT_EQ(startup_line({started({0.25, 0.5, 1.5, 0})}, {0}), "");
}

/// A rank that began later than the one with the answer says less than it.
TEST(StartupLine, HasNoNegativeParts) {
  const std::vector<runtime::RankReport> reports = {started({0.5, 0.5, 2.0, 1.5}),
                                                    started({1.0, 0.75, 2.0, 0})};
  EXPECT_EQ(startup_line(reports, {0}),
            "first answer after 1.50 s: 1.00 s to start, 0.00 s to plan, 1.25 s to load weights "
            "(rank 0 the last), 0.00 s for the frame\n");
}

}  // namespace
}  // namespace shoal::cli
