#include "shoal/program/lanes.hpp"

#include <gtest/gtest.h>

#include "shoal/plan/document.hpp"
#include "shoal/plan/split_text.hpp"
#include "shoal/program/text.hpp"

#include "support/error_text.hpp"
#include "support/small_network.hpp"

namespace shoal::program {
namespace {

plan::Plan replicated(const std::string& second_stage) {
  return plan::parse(R"({"format": "shoal-plan", "version": 1, "model": "small", "ranks": 5,
                         "stages": [{"ranks": [0]}, {"from": "b", "replicas": )" +
                         second_stage + "}]}",
                     "plan.json", shoal::testing::small_network());
}

std::vector<Program> lanes_of(const std::string& second_stage) {
  return compile_lanes(replicated(second_stage), shoal::testing::small_network());
}

TEST(Lanes, EachGoesThroughOneReplicaOfEachStage) {
  const auto lanes = lanes_of(R"([{"ranks": [1, 2], "layers": {"x": {"scheme": "output"}}},
                                  {"ranks": [3]}])");
  ASSERT_EQ(lanes.size(), 2U);
  for (const int rank : {0, 1, 2}) EXPECT_FALSE(lanes[0].of({rank}).empty()) << rank;
  for (const int rank : {3, 4}) EXPECT_TRUE(lanes[0].of({rank}).empty()) << rank;
  for (const int rank : {0, 3}) EXPECT_FALSE(lanes[1].of({rank}).empty()) << rank;
  for (const int rank : {1, 2, 4}) EXPECT_TRUE(lanes[1].of({rank}).empty()) << rank;
}

TEST(Lanes, OfAPlanWithoutReplicasAreOneProgram) {
  const graph::Graph graph = shoal::testing::small_network();
  const plan::Plan plan = plan::parse_split("a=spatial:2", 2, graph);
  const auto lanes = compile_lanes(plan, graph);
  ASSERT_EQ(lanes.size(), 1U);
  EXPECT_EQ(digest(lanes.front()), digest(compile(plan, graph)));
}

TEST(Lanes, OfAnInvalidPlanAreRefused) {
  plan::Plan plan = replicated(R"([{"ranks": [1]}, {"ranks": [2]}])");
  plan.stages[1].replicas[1].ranks = {{1}};
  EXPECT_EQ(
      shoal::testing::error_text([&] { compile_lanes(plan, shoal::testing::small_network()); }),
      "/stages/1/replicas/1/ranks: rank 1 is in another replica of this stage");
}

TEST(Lanes, DigestTellsNumberAndOrderApart) {
  const auto both = lanes_of(R"([{"ranks": [1]}, {"ranks": [2]}])");
  const auto swapped = lanes_of(R"([{"ranks": [2]}, {"ranks": [1]}])");
  const auto one = lanes_of(R"([{"ranks": [1]}])");
  EXPECT_EQ(digest(both), digest(lanes_of(R"([{"ranks": [1]}, {"ranks": [2]}])")));
  EXPECT_NE(digest(both), digest(swapped));
  EXPECT_NE(digest(both), digest(one));
  EXPECT_NE(digest(std::vector<Program>{}), digest(one));
}

}  // namespace
}  // namespace shoal::program
