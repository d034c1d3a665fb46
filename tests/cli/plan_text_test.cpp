#include "cli/plan_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/graph/lower.hpp"
#include "shoal/graph/zoo.hpp"
#include "shoal/plan/document.hpp"
#include "shoal/plan/split_text.hpp"

namespace shoal::cli {
namespace {

using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

graph::Graph alexnet() {
  return graph::lower(graph::make_model("alexnet").graph);
}

plan::Plan parse(const std::string& stages, int ranks) {
  const std::string text =
      R"({"format": "shoal-plan", "version": 1, "model": "alexnet", "ranks": )" +
      std::to_string(ranks) + R"(, "stages": )" + stages + "}";
  return plan::parse(text, "test", alexnet());
}

TEST(PlanText, NamesTheRunsOfLayersThatAreSplitAlike) {
  const graph::Graph lowered = alexnet();
  const plan::Plan plan = plan::parse_split("conv=spatial:3,fc1=output:3,fc2=output:2", 3, lowered);
  EXPECT_THAT(summary(plan, lowered),
              Eq("conv1 to conv5 spatial, fc1 output, fc2 output over 2, fc3 on rank 0"));
}

TEST(PlanText, TellsReplicasOfTheWholeNetwork) {
  const plan::Plan plan = parse(R"([{"replicas": [{"ranks": [0]}, {"ranks": [1]}]}])", 2);
  EXPECT_THAT(summary(plan, alexnet()), Eq("all layers on each of 2 ranks"));
}

TEST(PlanText, TellsStages) {
  const plan::Plan plan = parse(R"([{"ranks": [1]}, {"from": "flatten", "ranks": [0]}])", 2);
  const std::string text = summary(plan, alexnet());
  EXPECT_THAT(text, HasSubstr("conv1 to "));
  EXPECT_THAT(text, HasSubstr("on rank 1; then flatten to "));
  EXPECT_THAT(text, HasSubstr("on rank 0"));
}

TEST(PlanText, NamesTheRanksOfAGroupThatIsNotAll) {
  const plan::Plan plan =
      parse(R"([{"ranks": [0, 1], "layers": {"conv1": {"scheme": "spatial"}}}])", 3);
  EXPECT_THAT(summary(plan, alexnet()), HasSubstr("all layers over ranks 0-1 (conv1 spatial, "));
}

TEST(PlanText, CountsWhatIsTooMuchToTell) {
  const plan::Plan plan = plan::parse_split(
      "conv1=spatial:2,conv2=channel:2,conv3=filter:2,conv4=spatial:2,conv5=channel:2", 2,
      alexnet());
  EXPECT_THAT(summary(plan, alexnet()), HasSubstr(" and 2 more"));
}

TEST(PlanText, TellsRanksThatHaveNothingToDo) {
  EXPECT_THAT(idle_text(plan::parse_split("", 4, alexnet())),
              Eq("3 of 4 ranks have nothing to do by this plan: 1-3"));
  EXPECT_THAT(idle_text(plan::parse_split("fc1=output:3", 4, alexnet())),
              Eq("1 of 4 ranks has nothing to do by this plan: 3"));
  EXPECT_THAT(idle_text(plan::parse_split("fc1=output:4", 4, alexnet())), IsEmpty());
  EXPECT_THAT(idle_text(parse(R"([{"replicas": [{"ranks": [0]}, {"ranks": [1]}]}])", 2)),
              IsEmpty());
}

}  // namespace
}  // namespace shoal::cli
