#include "shoal/weights/initialize.hpp"

#include <cmath>
#include <fstream>
#include <iterator>
#include <numeric>

#include <gtest/gtest.h>

#include "shoal/graph/lower.hpp"
#include "shoal/weights/store.hpp"

#include "reference/reference.hpp"
#include "support/error_text.hpp"
#include "support/full_disk.hpp"
#include "support/python.hpp"
#include "support/random.hpp"
#include "support/small_model.hpp"
#include "support/temporary_folder.hpp"

namespace shoal::weights {
namespace {

using graph::Graph;
using graph::LayerId;

class InitializeTest : public ::testing::Test {
 protected:
  std::string make(const graph::Model& model, std::uint64_t seed, const std::string& name) {
    std::string path = folder_.file(name);
    initialize(model, seed, path);
    return path;
  }

  testing::TemporaryFolder folder_;
};

std::string bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<float> values(const std::string& path, const std::string& dataset) {
  const storage::InputFile file(path);
  std::vector<storage::Hyperslab> hyperslabs;
  std::size_t volume = 1;
  for (const Index extent : file.extents(dataset)) {
    hyperslabs.push_back({0, extent});
    volume *= static_cast<std::size_t>(extent);
  }
  std::vector<float> result(volume);
  file.read(dataset, hyperslabs, result);
  return result;
}

struct Statistics {
  double mean = 0;
  double deviation = 0;
};

Statistics statistics(std::span<const float> of) {
  const auto count = static_cast<double>(of.size());
  const double mean = std::accumulate(of.begin(), of.end(), 0.0) / count;
  double squares = 0;
  for (const float value : of) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / count)};
}

TEST_F(InitializeTest, HasTheLayoutOfKeras) {
  const std::string path = make(testing::small_model(), 1, "a.h5");
  EXPECT_EQ(testing::run_python("weights/keras_file.py", {"show", path}),
            "tensorflow 2\n"
            "input_1\n"
            "conv conv/kernel:0(3x3x3x6) conv/bias:0(6)\n"
            "conv_bn conv_bn/gamma:0(6) conv_bn/beta:0(6) conv_bn/moving_mean:0(6) "
            "conv_bn/moving_variance:0(6)\n"
            "conv_relu\n"
            "sep sep/depthwise_kernel:0(3x3x6x1) sep/pointwise_kernel:0(1x1x6x6)\n"
            "sep_bn sep_bn/gamma:0(6) sep_bn/beta:0(6) sep_bn/moving_mean:0(6) "
            "sep_bn/moving_variance:0(6)\n"
            "add\n"
            "pool\n"
            "alone_bn alone_bn/gamma:0(6) alone_bn/beta:0(6) alone_bn/moving_mean:0(6) "
            "alone_bn/moving_variance:0(6)\n"
            "depth depth/depthwise_kernel:0(3x3x6x2) depth/bias:0(12)\n"
            "depth_bn depth_bn/gamma:0(12) depth_bn/beta:0(12) depth_bn/moving_mean:0(12) "
            "depth_bn/moving_variance:0(12)\n"
            "flatten\n"
            "top top/kernel:0(192x10) top/bias:0(10)\n");
}

TEST_F(InitializeTest, WritesThreeDimensionalKernelsDepthFirst) {
  graph::Model model{Graph("clip"), graph::Preprocessing::caffe};
  graph::Conv conv;
  conv.filters = 2;
  conv.dimensions = 3;
  conv.sliding.kernel = {2, 3, 4};
  const LayerId input = model.graph.add("input_1", graph::Input(Shape::clip(5, 6, 7, 3)), {});
  model.graph.add("conv1", conv, {input});
  const std::string path = make(model, 1, "clip.h5");
  EXPECT_EQ(testing::run_python("weights/keras_file.py", {"show", path}),
            "tensorflow 2\ninput_1\nconv1 conv1/kernel:0(2x3x4x3x2) conv1/bias:0(2)\n");
}

TEST_F(InitializeTest, TheSeedSaysWhichWeights) {
  const graph::Model model = testing::small_model();
  const std::string one = make(model, 1, "1.h5");
  EXPECT_EQ(bytes(one), bytes(make(model, 1, "again.h5")));
  const std::string two = make(model, 2, "2.h5");
  for (const char* dataset : {"/conv/conv/kernel:0", "/top/top/bias:0"}) {
    EXPECT_NE(values(one, dataset), values(two, dataset)) << dataset;
  }
  EXPECT_NE(values(one, "/conv_bn/conv_bn/beta:0"), values(one, "/sep_bn/sep_bn/beta:0"));
}

/// What others have compared with must not change unnoticed: these are the first kernel's first
/// numbers, worked out anew by seeded.py.
TEST_F(InitializeTest, GivesTheSameNumbersOnEveryMachine) {
  const std::string path = make(testing::small_model(), 1, "a.h5");
  EXPECT_EQ(testing::run_python("weights/seeded.py", {path}), "equal\n");
}

TEST_F(InitializeTest, DrawsKernelsOfTheRightSize) {
  graph::Model model{Graph("wide"), graph::Preprocessing::caffe};
  graph::Dense dense;
  dense.units = 400;
  LayerId at = model.graph.add("input_1", graph::Input(Shape::features(500)), {});
  for (const char* name : {"first", "middle", "last"}) at = model.graph.add(name, dense, {at});
  const auto deviation = [&](graph::Preprocessing preprocessing, const std::string& layer) {
    model.preprocessing = preprocessing;
    const std::string path = make(model, 5, "wide.h5");
    const Statistics found = statistics(values(path, "/" + layer + "/" + layer + "/kernel:0"));
    EXPECT_NEAR(found.mean, 0, 0.005 * found.deviation * 2);
    return found.deviation;
  };
  using graph::Preprocessing;
  EXPECT_NEAR(deviation(Preprocessing::caffe, "middle"), std::sqrt(2.0 / 400), 1e-3);
  EXPECT_NEAR(deviation(Preprocessing::tf, "first"), std::sqrt(2.0 / 500), 1e-3);
  EXPECT_NEAR(deviation(Preprocessing::caffe, "first"), std::sqrt(2.0 / 500) / 64, 1e-4);
}

/// A tower of residual blocks, as deep as ResNet50's: the sums must not grow from block to block,
/// and the classes must differ without one taking all.
TEST_F(InitializeTest, KeepsActivationsInRange) {
  graph::Model model{Graph("tower"), graph::Preprocessing::tf};
  Graph& graph = model.graph;
  graph::Conv conv;
  conv.filters = 8;
  conv.sliding.kernel = {1, 3, 3};
  conv.sliding.padding = graph::Padding::same;
  LayerId at = graph.add("input_1", graph::Input(Shape::image(8, 8, 3)), {});
  at = graph.add("stem", conv, {at}, graph::Activation::relu);
  for (int block = 0; block < 16; ++block) {
    const std::string name = fmt::format("block{}", block);
    const LayerId shortcut = at;
    for (const char* half : {"_1", "_2"}) {
      at = graph.add(name + half, conv, {at});
      at = graph.add(name + half + "_bn", graph::BatchNorm(), {at});
      if (half[1] == '1') {
        at = graph.add(name + "_relu", graph::Identity(), {at}, graph::Activation::relu);
      }
    }
    at = graph.add(name + "_add", graph::Add(), {shortcut, at});
    at = graph.add(name + "_out", graph::Identity(), {at}, graph::Activation::relu);
  }
  at = graph.add("pool", graph::GlobalPool(), {at});
  graph::Dense dense;
  dense.units = 100;
  at = graph.add("top", dense, {at});

  const Store store(make(model, 1, "tower.h5"));
  const Graph lowered = graph::lower(graph);
  std::vector<graph::LayerWeights> weights;
  for (std::size_t i = 0; i < lowered.size(); ++i) {
    weights.push_back(lowered.weights({i}).empty()
                          ? graph::LayerWeights{}
                          : store.load(lowered, {i}, {0, lowered.input_shape({i})[Axis::channel]},
                                       {0, lowered.layers()[i].output[Axis::channel]}));
  }
  testing::Random random(1);
  const Tensor answer = reference::evaluate(lowered, weights, random.tensor(Shape::image(8, 8, 3)));
  const double deviation = statistics(answer.span()).deviation;
  EXPECT_GT(deviation, 0.3);
  EXPECT_LT(deviation, 20);
}

TEST_F(InitializeTest, LeavesNothingOnAFullDisk) {
  const std::string path = folder_.file("a.h5");
  testing::error_text([&] {
    const testing::FullDisk full(4000);
    initialize(testing::small_model(), 1, path);
  });
  EXPECT_EQ(folder_.size(), 0U);
}

}  // namespace
}  // namespace shoal::weights
