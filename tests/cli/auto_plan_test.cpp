#include "cli/auto_plan.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/base/error.hpp"
#include "shoal/graph/lower.hpp"
#include "shoal/graph/zoo.hpp"
#include "shoal/plan/document.hpp"

#include "support/temporary_folder.hpp"

namespace shoal::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<profile::RankShare> ranks(std::size_t count, const profile::RankShare& rank) {
  return std::vector<profile::RankShare>(count, rank);
}

/// As many Raspberry Pis 4, each a host.
std::vector<profile::RankShare> pis(std::size_t count) {
  std::vector<profile::RankShare> result = ranks(count, {"pi", "CORTEXA72", 4, 1, 700'000'000});
  for (std::size_t i = 0; i < count; ++i) result[i].host += std::to_string(i);
  return result;
}

RunOptions options(const std::string& model, const std::string& input) {
  RunOptions run;
  run.model = model;
  run.input = input;
  run.weights = "weights.h5";
  return run;
}

plan::Plan parse(const ChosenPlan& chosen, const std::string& model) {
  return plan::parse(chosen.document, "chosen", graph::lower(graph::make_model(model).graph));
}

std::string error_text(const RunOptions& run, const std::vector<profile::RankShare>& shares) {
  try {
    choose_plan(run, shares);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

TEST(AutoPlan, IsForSeveralRanksWithoutAPlan) {
  RunOptions run = options("alexnet", "fish.png");
  EXPECT_FALSE(plans_itself(run, 1));
  EXPECT_TRUE(plans_itself(run, 2));
  run.split = "conv=spatial:2";
  EXPECT_FALSE(plans_itself(run, 2));
  run.split.clear();
  run.plan = "plan.json";
  EXPECT_FALSE(plans_itself(run, 2));
}

TEST(AutoPlan, WantsASinglePictureSoonAndManyFast) {
  EXPECT_EQ(objective_of(options("alexnet", "fish.png")), planner::Objective::latency);
  EXPECT_EQ(objective_of(options("alexnet", "fish.JPG")), planner::Objective::latency);
  for (const char* many : {"folder", "clip.mp4", "/dev/video0", "frames.h5"}) {
    EXPECT_EQ(objective_of(options("alexnet", many)), planner::Objective::throughput) << many;
  }
  RunOptions run = options("alexnet", "clip.mp4");
  run.frames = 1;
  EXPECT_EQ(objective_of(run), planner::Objective::latency);
  run.objective = planner::Objective::throughput;
  EXPECT_EQ(objective_of(run), planner::Objective::throughput);
}

TEST(AutoPlan, ChoosesTheSameAgain) {
  const RunOptions run = options("alexnet", "clip.mp4");
  const ChosenPlan once = choose_plan(run, pis(3));
  const ChosenPlan again = choose_plan(run, pis(3));
  EXPECT_EQ(once.document, again.document);
  EXPECT_EQ(once.text, again.text);
}

TEST(AutoPlan, GivesEveryRankOfTwoSomethingToDo) {
  for (const char* input : {"fish.png", "clip.mp4"}) {
    const ChosenPlan chosen = choose_plan(options("alexnet", input), pis(2));
    const plan::Plan plan = parse(chosen, "alexnet");
    EXPECT_EQ(plan.ranks, 2);
    std::set<Rank> busy;
    for (const plan::Stage& stage : plan.stages) {
      for (const plan::Replica& replica : stage.replicas) {
        busy.insert(replica.ranks.begin(), replica.ranks.end());
      }
    }
    EXPECT_EQ(busy.size(), 2U) << chosen.text;
  }
}

TEST(AutoPlan, SaysWhatItChose) {
  EXPECT_THAT(choose_plan(options("alexnet", "fish.png"), pis(3)).text,
              AllOf(HasSubstr("planned for latency on 3 equal devices: "), HasSubstr("frames/s"),
                    HasSubstr("latency estimated; --split or --plan"), Not(HasSubstr("\n"))));
}

TEST(AutoPlan, GoesByAProfileWhereOneIsGiven) {
  RunOptions run = options("alexnet", "fish.png");
  run.profile = SHOAL_SOURCE "/profiles/pi3-keras.json";
  EXPECT_THAT(choose_plan(run, pis(2)).text,
              AllOf(HasSubstr("2 devices of pi3-keras"), HasSubstr("latency predicted")));
}

TEST(AutoPlan, KeepsToTheRoundingThatIsAllowed) {
  RunOptions run = options("alexnet", "clip.mp4");
  run.weights_dtype = "int8";
  EXPECT_EQ(parse(choose_plan(run, pis(2)), "alexnet").weights_type, graph::WeightsType::int8);
}

TEST(AutoPlan, DoesNotFitWhatDoesNotFit) {
  EXPECT_THAT(
      error_text(options("vgg16", "fish.png"), ranks(2, {"pi7", "CORTEXA53", 4, 1, 150'000'000})),
      HasSubstr("more than pi7 has"));
}

TEST(AutoPlan, DoesNotTakeShardsOfAnotherPlan) {
  const shoal::testing::TemporaryFolder folder;
  RunOptions run = options("alexnet", "fish.png");
  run.weights = folder.file("");
  EXPECT_THAT(error_text(run, pis(2)), AllOf(HasSubstr(run.weights), HasSubstr("--plan")));
}

TEST(AutoPlan, NeedsTheNetwork) {
  EXPECT_THAT(error_text(options("", "fish.png"), pis(2)), HasSubstr("--model"));
}

}  // namespace
}  // namespace shoal::cli
