#include "cli/run_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/base/error.hpp"

#include "support/error_text.hpp"

namespace shoal::cli {
namespace {

using testing::error_text;
using ::testing::HasSubstr;

RunOptions parse(std::vector<std::string> more) {
  std::vector<std::string> words = {"--model", "alexnet", "--weights", "w.h5", "--input", "x.png"};
  words.insert(words.end(), more.begin(), more.end());
  return parse_run_options(words);
}

TEST(RunOptions, SlowdownsMayBeSeveral) {
  EXPECT_EQ(parse({"--slow", "0:2@1", "--slow", "1:3@4"}).slowdowns.size(), 2U);
}

TEST(RunOptions, TravelsAsThePlanSaysUnlessToldOtherwise) {
  EXPECT_EQ(parse({}).wire, "");
  EXPECT_EQ(parse({"--wire", "float16"}).wire, "float16");
}

TEST(RunOptions, PlanningAgainNeedsAProfile) {
  EXPECT_FALSE(parse({}).replan);
  EXPECT_THAT(error_text([] { parse({"--replan", "auto"}); }), HasSubstr("--profile"));
  const RunOptions run =
      parse({"--replan", "auto", "--profile", "p.json", "--replan-after", "2.5"});
  EXPECT_TRUE(run.replan);
  EXPECT_EQ(run.profile, "p.json");
  EXPECT_EQ(run.replan_after, 2.5);
  EXPECT_THAT(
      error_text([] {
        parse_run_options(std::vector<std::string>{"--weights", "/", "--input", "x.png", "--replan",
                                                   "auto", "--profile", "p.json"});
      }),
      HasSubstr("shards are made for one plan"));
  EXPECT_THAT(error_text([] {
                parse({"--replan", "always"});
              }),
              HasSubstr("--replan is off or auto, not 'always'"));
  EXPECT_THAT(error_text([] { parse({"--replan-after", "-1"}); }), HasSubstr("--replan-after"));
}

TEST(RunOptions, PlansByItselfUnlessToldOtherwise) {
  EXPECT_EQ(parse({}).split, "");
  EXPECT_EQ(parse({"--split", "auto"}).split, "");
  EXPECT_EQ(parse({"--split", "conv=spatial:2"}).split, "conv=spatial:2");
  EXPECT_EQ(parse({"--profile", "p.json"}).profile, "p.json");
  EXPECT_EQ(parse({"--split", "auto", "--profile", "p.json"}).profile, "p.json");
  EXPECT_EQ(parse({}).objective, std::nullopt);
  EXPECT_EQ(parse({"--objective", "latency"}).objective, planner::Objective::latency);
}

TEST(RunOptions, APlanLeavesNothingToPlanFor) {
  for (const char* way : {"--plan", "--split"}) {
    EXPECT_THAT(error_text([&] {
                  parse({way, "x=y:1", "--profile", "p.json"});
                }),
                HasSubstr(std::string("--profile does nothing beside ") + way));
    EXPECT_THAT(error_text([&] {
                  parse({way, "x=y:1", "--objective", "latency"});
                }),
                HasSubstr("--objective"));
  }
  EXPECT_THAT(error_text([] {
                parse({"--split", "auto", "--plan", "p.json"});
              }),
              HasSubstr("--plan"));
}

TEST(RunOptions, PatienceIsHalfAMinuteUnlessToldOtherwise) {
  EXPECT_EQ(parse({}).patience, 30);
  EXPECT_EQ(parse({"--patience", "0"}).patience, 0);
  EXPECT_THAT(error_text([] { parse({"--patience", "-3"}); }), HasSubstr("--patience"));
}

}  // namespace
}  // namespace shoal::cli
