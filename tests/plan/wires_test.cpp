#include "shoal/plan/wires.hpp"

#include <gtest/gtest.h>

#include "shoal/plan/document.hpp"

#include "support/small_network.hpp"

namespace shoal::plan {
namespace {

const graph::Graph graph = shoal::testing::small_network();

/// Two stages, the second of two replicas.
Plan two_stages() {
  return parse(R"({"format": "shoal-plan", "version": 1, "model": "small", "ranks": 4, "stages": [
    {"ranks": [0, 1], "from": "a", "layers": {"a": {"scheme": "spatial"}}},
    {"from": "x", "replicas": [{"ranks": [2]}, {"ranks": [3]}]}]})",
               "plan.json", graph);
}

TEST(SetWires, IsForTheFrameAndEveryLayersOutput) {
  Plan plan = two_stages();
  set_wires(plan, graph, split::WireType::int8);
  validate(plan, graph);
  const std::vector<std::size_t> stages = stages_of_layers(plan, graph);
  for (std::size_t i = 0; i < graph.size(); ++i) {
    for (const Replica& replica : plan.stages[stages[i]].replicas) {
      EXPECT_EQ(replica.wire(graph[{i}].name), split::WireType::int8) << graph[{i}].name;
    }
  }
  const Replica& first = plan.stages[0].replicas[0];
  EXPECT_EQ(first.layers.size(), 1U);
  set_wires(plan, graph, split::WireType::float32);
  EXPECT_TRUE(first.wires.empty()) << "as without a word";
}

TEST(Wires, AreRoundedWhereAnyIsNarrow) {
  Plan plan = two_stages();
  EXPECT_FALSE(rounds(plan));
  plan.stages[1].replicas[1].wires = {{"x", split::WireType::float32}};
  EXPECT_FALSE(rounds(plan));
  plan.stages[1].replicas[1].wires = {{"x", split::WireType::float16}};
  EXPECT_TRUE(rounds(plan));
}

TEST(Wires, TheWidestIsThatOfAnyReplica) {
  Plan plan = two_stages();
  EXPECT_EQ(widest_wire(plan, graph), split::WireType::float32);
  set_wires(plan, graph, split::WireType::int8);
  EXPECT_EQ(widest_wire(plan, graph), split::WireType::int8);
  plan.stages[1].replicas[1].wires["x"] = split::WireType::float16;
  EXPECT_EQ(widest_wire(plan, graph), split::WireType::float16);
  plan.stages[0].replicas[0].wires.erase("input");
  EXPECT_EQ(widest_wire(plan, graph), split::WireType::float32) << "the frame's";
}

}  // namespace
}  // namespace shoal::plan
