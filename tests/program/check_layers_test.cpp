#include "program/check_layers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program/broken.hpp"

namespace shoal::program {
namespace {

using ::testing::HasSubstr;

TEST(CheckLayers, LayersReadWhatTheirOutputsNeed) {
  graph::Graph shortcut("shortcut");
  const graph::LayerId input = shortcut.add("input", graph::Input(Shape::image(4, 4, 2)), {});
  const graph::LayerId conv = shortcut.add("conv", shoal::testing::same_conv(2, 3), {input});
  shortcut.add("add", graph::Add{}, {input, conv});
  Program swapped = compile(plan::parse_split("", 1, shortcut), shortcut);
  ASSERT_EQ(refusal(swapped), "");
  std::vector<Operand>& summands = computing(swapped, 0, "add").inputs;
  std::swap(summands[0], summands[1]);
  EXPECT_THAT(refusal(swapped), HasSubstr("rank 0 computes from another layer's output: compute"));
  summands.pop_back();
  EXPECT_THAT(refusal(swapped), HasSubstr("rank 0 computes from too many or too few inputs"));

  Program wrong_output = good();
  wrong_output.tensors[computing(wrong_output, 0, "y").output.value].layer =
      wrong_output.graph.find("x").value();
  EXPECT_THAT(refusal(wrong_output), HasSubstr("rank 0 makes another layer's output: compute"));
}

TEST(CheckLayers, SumsAreFinishedOnceWhereverTheyAreKept) {
  Program raw = good();
  steps(raw, 0).erase(first<Finish>(raw, 0));
  EXPECT_THAT(refusal(raw), HasSubstr("rank 0 reads a sum that is not finished: compute"));

  Program late = good();
  const auto finish_of_sum = first<Finish>(late, 0);
  std::rotate(finish_of_sum, std::next(finish_of_sum), std::next(finish_of_sum, 2));
  EXPECT_THAT(refusal(late), HasSubstr("rank 0 reads a sum that is not finished: compute"));

  Program twice = good();
  const auto finish = first<Finish>(twice, 0);
  steps(twice, 0).insert(finish, Step(*finish));
  EXPECT_THAT(refusal(twice), HasSubstr("rank 0 finishes a sum twice: finish"));

  Program part = good();
  --std::get<Finish>(*first<Finish>(part, 0)).box[Axis::height].end;
  EXPECT_THAT(refusal(part), HasSubstr("rank 0 finishes something else than its part of a sum"));
}

TEST(CheckLayers, TheFrameComesInAndTheAnswerGoesOutOnce) {
  Program unanswered = good();
  steps(unanswered, 0).erase(first<WriteResult>(unanswered, 0));
  EXPECT_THAT(refusal(unanswered), HasSubstr("rank 0 does not take the frame or give the answer"));

  Program answered_elsewhere = good();
  answered_elsewhere.output_rank = {1};
  EXPECT_THAT(refusal(answered_elsewhere), HasSubstr("rank 0 gives no answer: answer"));

  Program taken_elsewhere = good();
  taken_elsewhere.input_rank = {1};
  EXPECT_THAT(refusal(taken_elsewhere), HasSubstr("rank 0 takes no or another frame: read"));
}

}  // namespace
}  // namespace shoal::program
