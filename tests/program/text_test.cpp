#include "shoal/program/text.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/plan/split_text.hpp"
#include "shoal/plan/wires.hpp"

#include "support/small_network.hpp"

namespace shoal::program {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Program compiled(const std::string& split, int ranks) {
  const graph::Graph graph = shoal::testing::small_network();
  return compile(plan::parse_split(split, ranks, graph), graph);
}

std::vector<std::string> lines_of(const Program& program, int rank) {
  std::istringstream text(to_text(program, Rank{rank}));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

TEST(Text, SaysALineForEachStep) {
  EXPECT_THAT(lines_of(compiled("b=spatial:2", 2), 1),
              ElementsAre("transfer  t1 -> t2 scatter of a (rooted at 0 to sharded by height over "
                          "0-1), sends 0 B, receives 4.6 kB",
                          "compute   t3 h[8,16) = b of t2 h[7,16)", "release   t2",
                          "compute   t4 c[1024,2048) = flatten of t3 h[8,16)", "release   t3",
                          "transfer  t4 -> t5 gather of flatten (sharded by channel over 0-1 to "
                          "rooted at 0), sends 4.1 kB, receives 0 B",
                          "release   t4"));
}

TEST(Text, TellsFramesSummandsAndTheAnswer) {
  const std::string text = to_text(compiled("b=filter:2", 2), Rank{0});
  EXPECT_THAT(text, StartsWith("read      t0 the next frame, 16x16x8\n"));
  EXPECT_THAT(text, HasSubstr(" = b of t2 c[0,4), a summand\n"));
  EXPECT_THAT(text, HasSubstr("reduce of b (partial over 0-1 to rooted at 0)"));
  EXPECT_THAT(text, HasSubstr("\nfinish    t4 all bias and activation of b\n"));
  EXPECT_THAT(text, HasSubstr("\nanswer    t"));
}

TEST(Text, SaysAsWhatOutputsTravelWhereTheyAreRounded) {
  const graph::Graph graph = shoal::testing::small_network();
  plan::Plan plan = plan::parse_split("b=filter:2", 2, graph);
  const Program before = compile(plan, graph);
  plan::set_wires(plan, graph, split::WireType::float16);
  const Program program = compile(plan, graph);
  const std::string text = to_text(program, Rank{0});
  EXPECT_THAT(text, HasSubstr("scatter of a (rooted at 0 to sharded by channel over 0-1) as "
                              "float16, sends 2.0 kB"));
  EXPECT_THAT(text, HasSubstr("reduce of b (partial over 0-1 to rooted at 0), sends"));
  EXPECT_NE(digest(program), digest(before));
}

TEST(Text, SaysByWhatAConvolutionIsComputed) {
  const graph::Graph graph = shoal::testing::small_network();
  plan::Plan plan = plan::parse_split("b=filter:2", 2, graph);
  const Program before = compile(plan, graph);
  plan.stages.front().replicas.front().algorithms["b"] = {
      {Rank{1}, graph::ConvolutionAlgorithm::winograd4}};
  const Program program = compile(plan, graph);
  EXPECT_EQ(to_text(program, Rank{0}), to_text(before, Rank{0}));
  EXPECT_THAT(to_text(program, Rank{1}), HasSubstr(", a summand, by winograd4\n"));
  EXPECT_NE(digest(program), digest(before)) << "ranks agree on it";
}

TEST(Text, OfARankWithoutWorkIsEmpty) {
  EXPECT_EQ(to_text(compiled("a=spatial:2", 3), Rank{2}), "");
}

TEST(Text, DigestTellsProgramsApart) {
  const Program program = compiled("a=spatial:3", 3);
  EXPECT_EQ(digest(program), digest(compiled("a=spatial:3", 3)));
  EXPECT_NE(digest(program), digest(compiled("a=spatial:2/1/1", 3)));
  EXPECT_NE(digest(program), digest(compiled("a=channel:3", 3)));
  EXPECT_NE(digest(program), digest(compiled("a=spatial:3", 4))) << "a rank more, without work";
}

}  // namespace
}  // namespace shoal::program
