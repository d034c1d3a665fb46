#include "program/check_outputs.hpp"

#include <algorithm>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/plan/split_text.hpp"
#include "shoal/program/check.hpp"

#include "support/small_network.hpp"

namespace shoal::program {
namespace {

using ::testing::HasSubstr;

/// What check() says of a program in which one thing is wrong.
std::string refusal(const std::string& split, const std::function<void(Program&)>& spoil) {
  const graph::Graph graph = shoal::testing::small_network();
  Program program = compile(plan::parse_split(split, 3, graph), graph);
  EXPECT_NO_THROW(check(program)) << split;
  spoil(program);
  try {
    check(program);
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return "nothing";
}

/// The step in which a rank makes its part of a layer.
Compute& step_of(Program& program, int rank, const char* layer) {
  for (Step& step : program.steps[static_cast<std::size_t>(rank)]) {
    auto* compute = std::get_if<Compute>(&step);
    if (compute != nullptr && program.graph[compute->layer].name == layer) return *compute;
  }
  throw std::logic_error("no such step");
}

/// What is left over in a buffer would be read as if it had been made.
TEST(CheckOutputs, WantsBuffersFilled) {
  EXPECT_THAT(refusal("a=spatial:3",
                      [](Program& program) { ++step_of(program, 1, "a").box[Axis::height].begin; }),
              HasSubstr("rank 1 reads what has not been made or has not arrived: transfer"));
}

/// A kernel takes what it is not given for padding, at the seam of two shards too.
TEST(CheckOutputs, WantsAllThatAnOperatorReads) {
  const auto without_halo = [](const char* layer) {
    return [layer](Program& program) {
      ++step_of(program, 1, layer).inputs.front().box[Axis::height].begin;
    };
  };
  EXPECT_THAT(refusal("a=spatial:3,b=spatial:3", without_halo("b")),
              HasSubstr("b: made without all that it reads"));
  EXPECT_THAT(refusal("b=spatial:3,x=input:3", without_halo("flatten")),
              HasSubstr("flatten: made without all that it reads"));
  EXPECT_THAT(refusal("x=output:3",
                      [](Program& program) {
                        --step_of(program, 1, "x").inputs.front().box[Axis::channel].end;
                      }),
              HasSubstr("x: made without all that it reads"));
}

TEST(CheckOutputs, WantsSummandsOfEverythingOnce) {
  const auto refused = HasSubstr("b: summands that do not sum over everything once");
  const auto read = [](Program& program) -> Range& {
    return step_of(program, 1, "b").inputs.front().box[Axis::channel];
  };
  EXPECT_THAT(refusal("b=filter:3", [&](Program& program) { --read(program).end; }), refused);
  EXPECT_THAT(refusal("a=rank:1,b=filter:3", [&](Program& program) { ++read(program).begin; }),
              refused);
}

/// Lets rank 1 make a row more of `a`, with all transfers as they should then be.
void grow_by_a_row(Program& program) {
  Compute& step = step_of(program, 1, "a");
  const TensorId input = step.inputs.front().tensor;
  Box& read = step.inputs.front().box;
  --step.box[Axis::height].begin;
  --read[Axis::height].begin;
  program.tensors[step.output.value].layout.boxes[1] = step.box;
  program.tensors[input.value].layout.boxes[1] = read;
  for (TransferInfo& transfer : program.transfers) {
    if (transfer.to != input && transfer.from != step.output) continue;
    const auto redistribute =
        transfer.crosses ? split::redistribute_by_messages : split::redistribute;
    transfer.redistribution =
        redistribute(program.shape(transfer.to), program[transfer.from].layout,
                     program[transfer.to].layout, split::WireType::float32);
  }
}

/// Where `a` is fused, two ranks may make the same row; but no row that its rank does not read, and
/// none for another.
TEST(CheckOutputs, AllowsAnOverlapOnlyForWhoMakesIt) {
  const auto refused = HasSubstr("a: an output that is not made exactly once");
  EXPECT_THAT(refusal("a=spatial-fused:3,b=spatial:3", grow_by_a_row), refused);
  const auto send_a_row = [](Program& program) {
    const TensorId made = step_of(program, 0, "a").output;
    const split::Layout& layout = program[made].layout;
    const Shape& shape = program.shape(made);
    const split::Layout target =
        split::Layout::sharded({{2}}, {Box::whole(shape).with(Axis::height, {0, 1})});
    const TensorId sent{program.tensors.size()};
    program.tensors.push_back({program[made].layer, target});
    const TransferId id{program.transfers.size()};
    program.transfers.push_back({made, sent, split::redistribute(shape, layout, target), false});
    for (const std::size_t rank : {0U, 2U}) {
      std::vector<Step>& steps = program.steps[rank];
      const auto computes = std::find_if(steps.begin(), steps.end(), [&](const Step& step) {
        const auto* compute = std::get_if<Compute>(&step);
        return compute != nullptr && compute->output == made;
      });
      const auto behind = steps.insert(computes + 1, Transfer{id});
      if (rank == 2) steps.insert(behind + 1, Release{sent});
    }
  };
  EXPECT_THAT(refusal("a=spatial-fused:3,b=spatial:3", send_a_row), refused);
}

TEST(CheckOutputs, RefusesAnOverlapThatIsExchanged) {
  EXPECT_THAT(refusal("a=spatial:3,b=spatial:3", grow_by_a_row),
              HasSubstr("a: an output that is not made exactly once"));
}

}  // namespace
}  // namespace shoal::program
