#include "cli/headline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shoal::cli {
namespace {

/// Answers at these times, each of a frame that came in a second before.
std::vector<Passage> passages(const std::vector<Seconds>& answers) {
  std::vector<Passage> result;
  for (const Seconds at : answers) result.push_back({at - 1, at});
  return result;
}

TEST(SteadyState, LeavesOutFillingAndDrainingAndWhatIsNoRound) {
  const auto state = steady_state(passages({9, 10, 12, 14, 16, 18, 18, 18, 99}), 2);
  ASSERT_TRUE(state);
  EXPECT_EQ(state->left_out, 2U);
  EXPECT_EQ(state->answers, 4U);
  EXPECT_EQ(state->rest, 3U);
  EXPECT_DOUBLE_EQ(state->interval, 2);
  EXPECT_DOUBLE_EQ(state->latency, 1);
}

/// Three replicas answer at once, every three seconds: one frame a second, wherever the run ends.
TEST(SteadyState, CountsBurstsAsAWhole) {
  for (std::size_t frames = 18; frames < 24; ++frames) {
    std::vector<Seconds> answers;
    for (std::size_t i = 0; i < frames; ++i) {
      const std::size_t round = i / 3;
      answers.push_back(3 * static_cast<double>(round));
    }
    const auto state = steady_state(passages(answers), 6);
    ASSERT_TRUE(state);
    EXPECT_DOUBLE_EQ(state->interval, 1) << frames << " frames";
  }
}

TEST(SteadyState, IsNotThereWithoutARoundBetween) {
  EXPECT_FALSE(steady_state(passages({1, 2, 3, 4, 5}), 2));
  EXPECT_TRUE(steady_state(passages({1, 2, 3, 4, 5, 6}), 2));
  EXPECT_FALSE(steady_state({}, 0));
}

TEST(Headline, SaysWhatIsLeftOutAndWhatThePlannerPredicts) {
  plan::Plan plan;
  plan.model = "small";
  plan.ranks = 1;
  profile::Profile profile;
  profile.name = "shelf";
  planner::Price price;
  price.interval = 0.5;
  price.latency = 0.25;
  SimulatedRun run;
  run.alone = 0.26;
  run.passages = passages({1, 2, 3, 4, 5, 6, 7});
  run.reports.resize(1);
  run.reports.front().most_in_flight = 2;
  EXPECT_EQ(
      headline({plan, nullptr, profile, price}, run),
      "small on 1 simulated device of shelf, 2 in flight at most\n"
      "  in the steady state 1 frames/s, one every 1 s (2 answers; the first 2 and the last 3 "
      "left out)\n"
      "  a frame alone 0.26 s; in the steady state 1 s\n"
      "  plan explain: 2 frames/s, one every 0.5 s; a frame alone 0.25 s\n");
  run.passages.resize(5);
  EXPECT_THAT(headline({plan, nullptr, profile, price}, run),
              ::testing::HasSubstr("no steady state: --frames 6 or more would show one"));
}

}  // namespace
}  // namespace shoal::cli
