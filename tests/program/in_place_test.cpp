#include "shoal/program/in_place.hpp"

#include <gtest/gtest.h>

#include "shoal/plan/document.hpp"
#include "shoal/plan/split_text.hpp"
#include "shoal/plan/wires.hpp"

namespace shoal::program {
namespace {

/// Two convolutions, then the first's output again where `read_again` says so.
graph::Graph network(bool read_again = false) {
  graph::Graph graph("net");
  graph::Conv conv;
  conv.filters = 4;
  conv.sliding.kernel = {1, 3, 3};
  conv.sliding.padding = graph::Padding::same;
  const auto input = graph.add("input", graph::Input(Shape::image(8, 8, 4)), {});
  const auto a = graph.add("a", conv, {input});
  const auto b = graph.add("b", conv, {a});
  graph.add("end", read_again ? graph::Op(graph::Add{}) : graph::Op(conv),
            read_again ? std::vector{b, a} : std::vector{b});
  return graph;
}

Program compiled(const std::string& split, const graph::Graph& graph,
                 split::WireType wire = split::WireType::float32) {
  plan::Plan plan = plan::parse_split(split, 2, graph);
  plan::set_wires(plan, graph, wire);
  return compile(plan, graph);
}

/// The layers of tensors that a rank makes in place.
std::vector<std::string> layers(const Program& program, Rank rank) {
  std::vector<std::string> names;
  for (const auto& [tensor, other] : in_place(program, rank)) {
    EXPECT_EQ(program[tensor].layer, program[other].layer);
    names.push_back(program.graph[program[tensor].layer].name);
  }
  return names;
}

TEST(InPlace, RowsAreMadeBetweenTheirEdges) {
  const Program program = compiled("a=spatial:2,b=spatial:2,end=spatial:2", network());
  EXPECT_EQ(layers(program, {1}), (std::vector<std::string>{"a", "b"}));
}

TEST(InPlace, ChunksOfRowsTooThoughTheyTravelInPieces) {
  const Program program = compiled("a=spatial:2@2,b=spatial:2@2,end=spatial:2", network());
  EXPECT_EQ(layers(program, {1}), (std::vector<std::string>{"a", "b"}));
}

TEST(InPlace, TheOutputRanksPartOfAnAnswer) {
  const Program program = compiled("a=spatial:2,b=spatial:2,end=spatial:2", network());
  EXPECT_EQ(layers(program, {0}), (std::vector<std::string>{"a", "b", "end"}));
}

TEST(InPlace, NotWhatIsReadWithoutItsEdgesToo) {
  const Program program = compiled("a=spatial:2,b=spatial:2,end=spatial:2", network(true));
  EXPECT_TRUE(layers(program, {1}).empty());
}

/// A rank's own would be rounded under whoever still reads it.
TEST(InPlace, NotWhatTravelsRounded) {
  const Program program =
      compiled("a=spatial:2,b=spatial:2,end=spatial:2", network(), split::WireType::float16);
  EXPECT_TRUE(layers(program, {0}).empty());
}

/// Kernels write what they make without gaps.
TEST(InPlace, NotWhatWouldHaveGaps) {
  const Program program = compiled("a=channel:2,b=channel:2,end=rank:0", network());
  EXPECT_TRUE(layers(program, {1}).empty());
}

TEST(InPlace, ASummandIsAddedUpWhereItIs) {
  const Program program = compiled("a=filter:2,b=rank:0,end=rank:0", network());
  EXPECT_EQ(layers(program, {0}), (std::vector<std::string>{"a"}));
}

}  // namespace
}  // namespace shoal::program
