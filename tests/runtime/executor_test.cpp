#include "shoal/runtime/executor.hpp"

#include <gtest/gtest.h>

#include "shoal/plan/split_text.hpp"

#include "reference/reference.hpp"
#include "support/error_text.hpp"
#include "support/random_layers.hpp"
#include "support/small_network.hpp"

namespace shoal::runtime {
namespace {

using testing::Random;

/// The small network on one rank, and what it should say.
class ExecutorTest : public ::testing::Test {
 protected:
  static program::Program compiled(const std::string& split, int ranks) {
    const graph::Graph graph = testing::small_network();
    return program::compile(plan::parse_split(split, ranks, graph), graph);
  }
  double error(const Tensor& frame, const Tensor& answer) {
    return reference::relative_error(answer, reference::evaluate(program_.graph, weights_, frame));
  }

  Random random_{3};
  program::Program program_ = compiled("", 1);
  std::vector<graph::LayerWeights> weights_ = testing::random_weights(program_.graph, random_);
  WeightCache cache_{[this](graph::LayerId layer, Range inputs, Range outputs) {
    return testing::slice(program_.graph, layer, weights_[layer.value], inputs, outputs);
  }};
  Memory memory_;
};

TEST_F(ExecutorTest, WalksFrameAfterFrame) {
  const Executor executor(program_, {0}, cache_, memory_);
  Bytes after_the_first = 0;
  for (int i = 0; i < 3; ++i) {
    const Tensor frame = random_.tensor(program_.graph.layers().front().output);
    FrameExecution execution(executor, &frame);
    while (execution.advance() != nullptr) {
    }
    EXPECT_EQ(execution.next(), program_.of({0}).size());
    EXPECT_LE(error(frame, execution.answer()), 1e-5);
    if (i == 0) after_the_first = memory_.activations();
    EXPECT_EQ(memory_.activations(), after_the_first);
  }
}

/// Several frames are in flight: an execution keeps its own buffers, whoever goes on first.
TEST_F(ExecutorTest, WalksMayTakeTurns) {
  const Executor executor(program_, {0}, cache_, memory_);
  const Tensor first_frame = random_.tensor(program_.graph.layers().front().output);
  const Tensor second_frame = random_.tensor(program_.graph.layers().front().output);
  FrameExecution first(executor, &first_frame);
  FrameExecution second(executor, &second_frame);
  for (std::size_t i = 0; i < program_.of({0}).size(); ++i) {
    if (i % 3 != 0) first.step();
    second.step();
  }
  first.advance();
  EXPECT_LE(error(first_frame, first.answer()), 1e-5);
  EXPECT_LE(error(second_frame, second.answer()), 1e-5);
}

/// A frame that is given up, as when the job ends, leaves nothing behind.
TEST_F(ExecutorTest, AWalkThatIsGivenUpGivesItsBuffersBack) {
  const Executor executor(program_, {0}, cache_, memory_);
  const Tensor frame = random_.tensor(program_.graph.layers().front().output);
  Bytes whole = 0;
  {
    FrameExecution execution(executor, &frame);
    execution.advance();
    whole = memory_.activations();
  }
  for (std::size_t steps = 1; steps < program_.of({0}).size(); ++steps) {
    FrameExecution execution(executor, &frame);
    execution.advance(steps);
    EXPECT_EQ(execution.next(), steps);
  }
  EXPECT_EQ(memory_.activations(), whole);
}

TEST_F(ExecutorTest, StopsAtEachExchangeWithItsBuffers) {
  const program::Program split = compiled("a=spatial:2", 2);
  const Executor executor(split, {1}, cache_, memory_);
  FrameExecution execution(executor);
  const program::Step* step = execution.advance();
  ASSERT_NE(step, nullptr);
  EXPECT_TRUE(is_exchange(*step));
  const auto id = std::visit(
      [](const auto& one) -> program::TransferId {
        if constexpr (requires { one.id; }) {
          return one.id;
        } else {
          throw std::logic_error("no exchange");
        }
      },
      *step);
  EXPECT_EQ(execution.source(id).data(), nullptr) << "the frame is rank 0's";
  const View target = execution.target(id);
  EXPECT_EQ(target.shape(), Shape::image(9, 16, 8)) << "half of the rows and one of the halo";
  EXPECT_EQ(execution.target(id).data(), target.data()) << "the same buffer when asked again";
}

TEST_F(ExecutorTest, LoadsOnlyTheShardsOfItsRank) {
  const program::Program split = compiled("a=channel:2,b=rank:0,fc=rank:0", 2);
  const Executor executor(split, {1}, cache_, memory_);
  EXPECT_EQ(cache_.loaded(), (9U * 8U * 4U + 4U) * sizeof(float)) << "half of a's filters";
}

TEST_F(ExecutorTest, RefusesAFrameOfAnotherShape) {
  const Executor executor(program_, {0}, cache_, memory_);
  const Tensor frame(Shape::image(16, 15, 8));
  FrameExecution execution(executor, &frame);
  EXPECT_EQ(testing::error_text([&] { execution.advance(); }),
            "the network takes frames of 16x16x8, got 16x15x8");
}

}  // namespace
}  // namespace shoal::runtime
