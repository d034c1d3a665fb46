#include "program/stream.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/plan/split_text.hpp"
#include "shoal/program/check.hpp"
#include "shoal/program/counts.hpp"

#include "support/small_network.hpp"

namespace shoal::program {
namespace {

using ::testing::ElementsAre;

/// The program of a plan of the small network.
Program compiled(const std::string& split, int ranks) {
  const graph::Graph graph = shoal::testing::small_network();
  Program program = compile(plan::parse_split(split, ranks, graph), graph);
  check(program);
  return program;
}

/// A rank's steps in words: the layer and the rows that are made, and what it exchanges with
/// others.
std::vector<std::string> story(const Program& program, int rank) {
  std::vector<std::string> words;
  for (const Step& step : program.of({rank})) {
    if (const auto* compute = std::get_if<Compute>(&step)) {
      const Range rows = compute->box[Axis::height];
      words.push_back(
          fmt::format("{} {}-{}", program.graph[compute->layer].name, rows.begin, rows.end - 1));
    }
    const auto layer = [&](TransferId id) {
      return program.graph[program[program[id].from].layer].name;
    };
    const auto* send = std::get_if<Send>(&step);
    if (send != nullptr && program[send->id].redistribution.bytes_sent({rank}) > 0) {
      words.push_back("send " + layer(send->id));
    }
    const auto* receive = std::get_if<Receive>(&step);
    if (receive != nullptr && program[receive->id].redistribution.bytes_received({rank}) > 0) {
      words.push_back("receive " + layer(receive->id));
    }
    if (const auto* transfer = std::get_if<Transfer>(&step)) {
      words.push_back("transfer " + layer(transfer->id));
    }
  }
  return words;
}

TEST(Stream, SendsAChunkBeforeTheNextIsMade) {
  const Program program = compiled("a=spatial:2@2", 2);
  EXPECT_THAT(story(program, 1), ElementsAre("receive input", "a 8-11", "send a", "receive input",
                                             "a 12-15", "send a"));
}

TEST(Stream, WaitsForAHaloOnlyBeforeTheChunkThatReadsIt) {
  const Program program = compiled("a=spatial:2@2,b=spatial:2@2", 2);
  // Rank 1 sends row 8; row 7 is of rank 0's second chunk.
  EXPECT_THAT(story(program, 1),
              ElementsAre("receive input", "a 8-11", "send a", "receive input", "a 12-15",
                          "receive a", "b 8-11", "b 12-15", "flatten 0-0", "transfer flatten"));
  EXPECT_THAT(story(program, 0), ElementsAre("send input", "send input", "a 0-3", "a 4-7", "send a",
                                             "b 0-3", "receive a", "b 4-7", "flatten 0-0",
                                             "transfer flatten", "x 0-0", "y 0-0", "z 0-0"));
}

TEST(Stream, MovesTheSameBytesAsAWhole) {
  for (const char* schemes : {"a=spatial:3{},b=spatial:3{}", "a=channel:3{},b=spatial:3{}",
                              "a=spatial:3{},b=channel:3", "x=output:3{},y=output:3{}"}) {
    const auto total = [](const Program& program) {
      Counts sum;
      for (int rank = 0; rank < program.ranks(); ++rank) {
        const Counts counts = count(program, {rank});
        sum.sent += counts.sent;
        sum.received += counts.received;
        sum.weights += counts.weights;
        sum.flops += counts.flops;
        sum.layers += counts.layers;
      }
      return sum;
    };
    const Counts streamed = total(compiled(fmt::format(fmt::runtime(schemes), "@4", "@4"), 3));
    const Counts whole = total(compiled(fmt::format(fmt::runtime(schemes), "", ""), 3));
    EXPECT_EQ(streamed.sent, streamed.received) << schemes;
    EXPECT_EQ(streamed.weights, whole.weights) << schemes;
    EXPECT_DOUBLE_EQ(streamed.flops, whole.flops) << schemes;
    EXPECT_EQ(streamed.layers, whole.layers) << schemes;
  }
}

/// What has fewer rows than chunks is made row by row.
TEST(Stream, MakesNoEmptyChunks) {
  const Program program = compiled("a=spatial:3@64", 3);
  for (const auto& steps : program.steps) {
    for (const Step& step : steps) {
      const auto* compute = std::get_if<Compute>(&step);
      if (compute == nullptr) continue;
      EXPECT_FALSE(compute->box.empty());
    }
  }
}

TEST(Stream, MakesChunksFromTheEndWhereThePlanSaysSo) {
  const Program program = compiled("a=spatial:2@2,b=spatial:2@2-descending", 2);
  // Rank 1's row 8 goes first and is there when rank 0 begins its second layer, with rows 4 to 7.
  EXPECT_THAT(story(program, 1),
              ElementsAre("receive input", "a 8-11", "send a", "receive input", "a 12-15",
                          "b 12-15", "receive a", "b 8-11", "flatten 0-0", "transfer flatten"));
  EXPECT_THAT(story(program, 0), ElementsAre("send input", "send input", "a 0-3", "a 4-7", "send a",
                                             "receive a", "b 4-7", "b 0-3", "flatten 0-0",
                                             "transfer flatten", "x 0-0", "y 0-0", "z 0-0"));
}

/// Sending comes before the interior, which needs nothing of others; what does, and is not wanted
/// by anyone, comes last.
TEST(Stream, MakesFirstWhatOthersReadAndLastWhatWaitsForThem) {
  const Program program = compiled("a=spatial:3@boundary-first,b=spatial:3@boundary-first", 3);
  EXPECT_THAT(story(program, 1),
              ElementsAre("receive input", "a 6-6", "send a", "receive input", "a 10-10", "send a",
                          "receive input", "a 7-9", "b 7-9", "receive a", "b 6-6", "receive a",
                          "b 10-10", "flatten 0-0", "transfer flatten"));
  EXPECT_THAT(story(program, 2),
              ElementsAre("receive input", "a 11-11", "send a", "receive input", "a 12-15",
                          "b 12-15", "receive a", "b 11-11", "flatten 0-0", "transfer flatten"));
}

/// Rows that no other rank reads or sends are no reason for smaller steps.
TEST(Stream, LeavesWholeWhatHasNoBoundary) {
  const Program program = compiled("b=spatial:3@boundary-first", 3);
  for (const auto& steps : program.steps) {
    for (const Step& step : steps) {
      const auto* compute = std::get_if<Compute>(&step);
      if (compute == nullptr || program.graph[compute->layer].name != "b") continue;
      const Range rows = compute->box[Axis::height];
      EXPECT_GE(rows.size(), 5) << "what waits for all of its input";
    }
  }
}

/// Where both ends of few rows are read, there is no interior to hide behind.
TEST(Stream, LeavesWholeWhatHasNoInterior) {
  const Program program = compiled("a=spatial:8@boundary-first,b=spatial:8@boundary-first", 8);
  EXPECT_THAT(story(program, 4), ElementsAre("receive input", "a 8-9", "send a", "receive a",
                                             "b 8-9", "flatten 0-0", "transfer flatten"));
}

/// What is fused makes first what the end of the run makes first of it.
TEST(Stream, MakesFirstWhatALaterLayerMakesFirst) {
  graph::Graph graph("run");
  graph::LayerId at = graph.add("input", graph::Input(Shape::image(24, 4, 2)), {});
  for (const char* name : {"a", "b", "c"}) {
    at = graph.add(name, shoal::testing::same_conv(2, 3), {at});
  }
  const std::string way = ":2@boundary-first";
  Program program =
      compile(plan::parse_split("a=spatial-fused" + way + ",b=spatial" + way + ",c=spatial" + way,
                                2, graph),
              graph);
  check(program);
  // Rank 0 makes rows 0 to 12 of a, 0 to 11 of b and of c, and sends row 11 of b.
  EXPECT_THAT(story(program, 0),
              ElementsAre("send input", "send input", "a 10-12", "b 11-11", "send b", "a 0-9",
                          "b 0-10", "c 0-10", "receive b", "c 11-11", "receive c", "receive c"));
}

TEST(Stream, LeavesWhatIsNotStreamedAsItIs) {
  const Program program = compiled("a=spatial:2,b=spatial:2", 2);
  EXPECT_THAT(story(program, 1), ElementsAre("receive input", "a 8-15", "transfer a", "b 8-15",
                                             "flatten 0-0", "transfer flatten"));
}

}  // namespace
}  // namespace shoal::program
