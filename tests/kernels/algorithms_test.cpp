#include "shoal/kernels/algorithms.hpp"

#include <gtest/gtest.h>

#include "kernels/one_layer.hpp"

namespace shoal::kernels {
namespace {

using graph::ConvolutionAlgorithm;
using testing::Random;

/// What transforms there and back may lose besides, also without fused multiplication and addition.
constexpr double accuracy = 3 * tolerance;
constexpr Bytes plenty = Bytes{1} << 30;

graph::Conv conv(Index filters, Index depth = 1, Index side = 3) {
  graph::Conv op;
  op.filters = filters;
  op.sliding = window({depth, side, side}, {1, 1, 1}, graph::Padding::same);
  op.dimensions = depth > 1 ? 3 : 2;
  return op;
}

/// A convolution with 3x3 taps and stride one, sizes that fill no tile and channels that fill no
/// vector among them.
OneLayer random_convolution(Random& random) {
  const Index depth = random.chance(40) ? 3 : 1;
  graph::Conv op = conv(random.between(1, 40), depth);
  op.bias = random.chance(70);
  if (random.chance(50)) op.sliding.padding = graph::Padding::valid;
  const Index channels = random.between(2, 24);
  const Index height = random.between(3, 19);
  const Index width = random.between(3, 19);
  const Shape input = depth > 1 ? Shape::clip(random.between(3, 5), height, width, channels)
                                : Shape::image(height, width, channels);
  return {op, input, random.chance(50) ? graph::Activation::relu : graph::Activation::linear};
}

Range random_part(Random& random, Index extent) {
  const Index begin = random.between(0, extent - 1);
  return {begin, random.between(begin + 1, extent)};
}

Box random_box(Random& random, const OneLayer& layer) {
  Box box = layer.whole();
  for (const Axis axis : {Axis::depth, Axis::height, Axis::width, Axis::channel}) {
    if (random.chance(50)) box[axis] = random_part(random, box[axis].end);
  }
  return box;
}

/// By an algorithm that was wished for, and is taken.
Tensor computed(const OneLayer& layer, Task task, ConvolutionAlgorithm wish) {
  task.algorithm = wish;
  const auto kernel = layer.kernel(task);
  EXPECT_EQ(kernel->algorithm(), graph::name(wish));
  return layer.compute(task, *kernel);
}

TEST(Algorithms, AgreeWithTheSumOverTheWindow) {
  Random random(11);
  for (int i = 0; i < 60; ++i) {
    OneLayer layer = random_convolution(random);
    layer.allow(plenty);
    for (const Box& box : {layer.whole(), random_box(random, layer)}) {
      const Task task = layer.task(box);
      ASSERT_EQ(algorithms(task).size(), 4U) << i;
      for (const Algorithm& one : algorithms(task)) {
        EXPECT_LE(layer.error(box, computed(layer, task, one.name)), accuracy)
            << "case " << i << ", " << graph::name(one.name) << " of "
            << to_string(box, layer.shape());
      }
    }
  }
}

/// Ranks may each take another algorithm for what is added up.
TEST(Algorithms, MakeSummands) {
  Random random(12);
  for (int i = 0; i < 20; ++i) {
    OneLayer layer = random_convolution(random);
    layer.allow(plenty);
    Task first = layer.task(layer.whole());
    first.complete = false;
    const Index channels = first.inputs.front()[Axis::channel].end;
    const Index cut = random.between(1, channels - 1);
    Task second = first;
    first.inputs.front()[Axis::channel] = {0, cut};
    second.inputs.front()[Axis::channel] = {cut, channels};
    for (const Algorithm& one : algorithms(first)) {
      for (const Algorithm& other : algorithms(second)) {
        Tensor sum = computed(layer, first, one.name);
        accumulate(computed(layer, second, other.name).view(), sum.view());
        finish(sum.view(), layer.bias(), layer.activation());
        EXPECT_LE(layer.error(layer.whole(), sum), accuracy)
            << "case " << i << ", " << graph::name(one.name) << " and " << graph::name(other.name);
      }
    }
  }
}

TEST(Algorithms, AreListedByTheirEstimate) {
  const OneLayer layer(conv(64), Shape::image(28, 28, 64));
  const std::vector<Algorithm> all = algorithms(layer.task(layer.whole()));
  EXPECT_EQ(all.front().name, ConvolutionAlgorithm::winograd4);
  EXPECT_EQ(all.back().name, ConvolutionAlgorithm::direct);
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_LE(all[i - 1].estimate, all[i].estimate);
}

TEST(Algorithms, AreOneForOtherWindowsAndNoneForOtherLayers) {
  graph::Conv strided = conv(8);
  strided.sliding.stride.height = 2;
  graph::Conv grouped = conv(8);
  grouped.groups = 2;
  for (const graph::Conv& op : {strided, grouped, conv(8, 1, 1), conv(8, 1, 5)}) {
    const OneLayer layer(op, Shape::image(12, 12, 4));
    const std::vector<Algorithm> all = algorithms(layer.task(layer.whole()));
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.front().name, ConvolutionAlgorithm::direct);
  }
  graph::Dense dense;
  dense.units = 4;
  const OneLayer other(dense, Shape::features(10));
  EXPECT_TRUE(algorithms(other.task(other.whole())).empty());
}

/// What packed weights really are is what Weights counts, but for the bias.
TEST(Algorithms, TellTheBytesOfTheirWeights) {
  graph::Conv grouped = conv(12);
  grouped.groups = 3;
  for (const graph::Conv& op : {conv(20), conv(20, 3), conv(20, 1, 5), grouped}) {
    const OneLayer layer(op, op.dimensions == 3 ? Shape::clip(3, 8, 8, 6) : Shape::image(8, 8, 6));
    Task task = layer.task(layer.whole());
    for (const Algorithm& one : algorithms(task)) {
      auto shared = std::make_shared<Weights>([&] { return layer.weights(task); },
                                              std::make_shared<MemoryBudget>(plenty));
      task.algorithm = one.name;
      EXPECT_EQ(make_kernel(task, shared)->algorithm(), graph::name(one.name));
      EXPECT_EQ(shared->bytes() - layer.bias().size_bytes(), one.weights) << graph::name(one.name);
    }
  }
}

TEST(Algorithms, AreTakenAsWishedWhereTheyCanBe) {
  OneLayer layer(conv(64), Shape::image(28, 28, 64));
  Task task = layer.task(layer.whole());
  const auto taken = [&](ConvolutionAlgorithm wish, Bytes budget) {
    layer.allow(budget);
    task.algorithm = wish;
    return layer.kernel(task)->algorithm();
  };
  const Bytes loaded = sizeof(float) * 9 * 64 * 64;
  EXPECT_EQ(taken(ConvolutionAlgorithm::winograd6, plenty), "winograd6");
  EXPECT_EQ(taken(ConvolutionAlgorithm::direct, plenty), "direct");
  EXPECT_EQ(taken(ConvolutionAlgorithm::winograd6, 4 * loaded), "winograd4") << "the estimate's";
  EXPECT_EQ(taken(ConvolutionAlgorithm::winograd6, loaded), "winograd2");
  EXPECT_EQ(taken(ConvolutionAlgorithm::winograd6, 0), "direct") << "no memory for anything else";
  const OneLayer wide(conv(8, 1, 5), Shape::image(12, 12, 4));
  task = wide.task(wide.whole());
  task.algorithm = ConvolutionAlgorithm::winograd4;
  EXPECT_EQ(wide.kernel(task)->algorithm(), "direct") << "its tiles are for other windows";
}

}  // namespace
}  // namespace shoal::kernels
