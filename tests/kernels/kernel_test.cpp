#include "shoal/kernels/kernel.hpp"

#include <array>

#include <gtest/gtest.h>

#include "shoal/kernels/blas.hpp"

#include "kernels/epilogue.hpp"
#include "kernels/gemm.hpp"
#include "kernels/one_layer.hpp"
#include "support/error_text.hpp"

namespace shoal::kernels {
namespace {

using graph::Activation;

graph::LayerWeights weights(std::size_t kernel, std::size_t bias) {
  graph::LayerWeights weights;
  weights.kernel = AlignedBuffer(kernel);
  weights.bias = AlignedBuffer(bias);
  return weights;
}

TEST(MakeKernel, RefusesWeightsThatDoNotFit) {
  graph::Dense op;
  op.units = 4;
  const OneLayer layer(op, Shape::features(10));
  Task task = layer.task(layer.whole());
  EXPECT_EQ(testing::error_text([&] { make_kernel(task, weights(39, 4)); }),
            "layer layer: 39 weights and 4 biases given, 40 and 4 needed");
  EXPECT_EQ(testing::error_text([&] { make_kernel(task, weights(40, 0)); }),
            "layer layer: 40 weights and 0 biases given, 40 and 4 needed");
  task.output[Axis::channel] = {1, 3};
  EXPECT_EQ(testing::error_text([&] { make_kernel(task, weights(40, 4)); }),
            "layer layer: 40 weights and 4 biases given, 20 and 2 needed");
}

TEST(MakeKernel, RefusesWhatIsNotComputed) {
  graph::Graph graph("one");
  const graph::LayerId input = graph.add("input", graph::Input(Shape::features(3)), {});
  const Task task{&graph[input], {}, {}, Box::whole(Shape::features(3)), true};
  EXPECT_EQ(testing::error_text([&] { make_kernel(task, weights(0, 0)); }),
            "layer input: no kernel can compute it");
}

TEST(MakeKernel, SharesWeightsAmongKernels) {
  graph::Dense op;
  op.units = 4;
  const OneLayer layer(op, Shape::features(10));
  const auto shared = std::make_shared<Weights>(weights(40, 4));
  const auto first = make_kernel(layer.task(layer.whole()), shared);
  const auto second = make_kernel(layer.task(layer.whole()), shared);
  EXPECT_EQ(shared.use_count(), 3);
  EXPECT_EQ(shared->bytes(), 44 * sizeof(float));
}

TEST(Finish, AddsTheBiasThenAppliesTheActivation) {
  constexpr std::array<float, 6> values = {-1, 2, 3, 4, -5, 6};
  constexpr std::array<float, 3> bias = {2, -3, -1};
  const auto finished = [&](std::span<const float> offsets, Activation activation) {
    std::array<float, 6> result = values;
    finish_rows(result.data(), 2, 3, offsets, activation);
    return result;
  };
  EXPECT_EQ(finished({}, Activation::linear), values);
  EXPECT_EQ(finished(bias, Activation::linear), (std::array<float, 6>{1, -1, 2, 6, -8, 5}));
  EXPECT_EQ(finished({}, Activation::relu), (std::array<float, 6>{0, 2, 3, 4, 0, 6}));
  EXPECT_EQ(finished(bias, Activation::relu), (std::array<float, 6>{1, 0, 2, 6, 0, 5}));
}

TEST(Finish, OfNothingIsNothing) {
  finish(View(nullptr, Shape::image(0, 3, 2)), {}, Activation::relu);
  finish(View(nullptr, Shape::image(2, 3, 0)), {}, Activation::relu);
}

/// One row goes another way than several. Both take matrices that are parts of larger ones.
TEST(Gemm, MultipliesPartsOfMatrices) {
  for (const Index rows : {1, 3}) {
    for (const bool add : {false, true}) {
      std::array<float, 12> a{};
      std::array<float, 20> b{};
      std::array<float, 15> c{};
      for (std::size_t i = 0; i < a.size(); ++i) a.at(i) = static_cast<float>(i) - 5;
      for (std::size_t i = 0; i < b.size(); ++i) b.at(i) = static_cast<float>(i % 7) - 3;
      c.fill(100);
      gemm({rows, 2, 4, a.data(), 4, b.data() + 1, 5, c.data(), 5, add});
      for (Index row = 0; row < 3; ++row) {
        for (Index column = 0; column < 5; ++column) {
          float expected = add ? 100 : 0;
          for (Index i = 0; i < 4; ++i) {
            expected += a.at(static_cast<std::size_t>(row * 4 + i)) *
                        b.at(static_cast<std::size_t>(i * 5 + column % 2 + 1));
          }
          const bool made = row < rows && column < 2;
          EXPECT_EQ(c.at(static_cast<std::size_t>(row * 5 + column)), made ? expected : 100);
        }
      }
    }
  }
}

TEST(Blas, NamesTheProcessorAndLeavesTheUsersChoiceAlone) {
  EXPECT_FALSE(blas_core().empty());
  ASSERT_EQ(::setenv("OPENBLAS_CORETYPE", "Haswell", 1), 0);
  EXPECT_EQ(better_blas_core(), std::nullopt);
  ::unsetenv("OPENBLAS_CORETYPE");
}

}  // namespace
}  // namespace shoal::kernels
