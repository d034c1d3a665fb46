#include "cli/run_summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shoal::cli {
namespace {

using ::testing::HasSubstr;

TEST(RunSummary, CountsFramesOfTheOutputRankAndThoseInFlightOfTheInputRank) {
  std::vector<runtime::RankReport> reports(2);
  reports[0].frames = 7;
  reports[0].most_in_flight = 3;
  reports[1].frames = 1;
  EXPECT_THAT(run_summary("alexnet", reports, Rank{0}, Rank{1}),
              HasSubstr("\n1 frame of alexnet on 2 ranks, 3 in flight at most, BLAS for "));
}

}  // namespace
}  // namespace shoal::cli
