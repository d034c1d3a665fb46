#include "shoal/graph/lower.hpp"

#include <set>

#include <gtest/gtest.h>

#include "shoal/graph/zoo.hpp"

#include "support/random.hpp"

namespace shoal::graph {
namespace {

using shoal::testing::Random;

Conv pointwise(Index filters) {
  Conv conv;
  conv.filters = filters;
  return conv;
}

/// What a layer of a graph computes, as a formula over the names of the weights. It is the same
/// for a model and for what runs of it, however the layers are cut.
class Formulas {
 public:
  explicit Formulas(const Graph& graph) {
    for (const Layer& layer : graph.layers()) texts_.push_back(write(layer));
  }

  [[nodiscard]] const std::string& output() const { return texts_.back(); }

 private:
  std::string write(const Layer& layer) {
    std::string text = apply(layer);
    if (layer.batch_norm) text = "norm[" + layer.batch_norm->weights + "](" + text + ")";
    return layer.activation == Activation::relu ? "relu(" + text + ")" : text;
  }

  std::string apply(const Layer& layer) {
    const auto call = [&](const std::string& function) {
      std::string arguments;
      for (const LayerId input : layer.inputs) arguments += " " + texts_[input.value];
      return function + "(" + arguments + ")";
    };
    if (std::holds_alternative<Identity>(layer.op)) return texts_[layer.inputs.front().value];
    if (std::holds_alternative<BatchNorm>(layer.op)) {
      return "norm[" + layer.weights + "](" + texts_[layer.inputs.front().value] + ")";
    }
    if (const auto* conv = std::get_if<Conv>(&layer.op)) {
      return call("conv[" + layer.weights + "/" + conv->kernel_name + "]");
    }
    if (std::holds_alternative<SeparableConv>(layer.op)) {
      return "conv[" + layer.weights + "/pointwise_kernel:0]( " +
             call("depthwise[" + layer.weights + "]") + ")";
    }
    if (std::holds_alternative<DepthwiseConv>(layer.op)) {
      return call("depthwise[" + layer.weights + "]");
    }
    return call(std::visit([](const auto& op) { return op.kind(); }, layer.op));
  }

  std::vector<std::string> texts_;
};

Op random_op(Random& random) {
  switch (random.between(0, 7)) {
    case 0:
    case 1:
      return pointwise(4);
    case 2:
      return DepthwiseConv{};
    case 3: {
      SeparableConv separable;
      separable.filters = 4;
      return separable;
    }
    case 4:
    case 5:
      return BatchNorm{};
    case 6:
      return Softmax{};
    default:
      return Identity{};
  }
}

/// Layers that read any of those before them, mostly the last; some are read twice, some never.
Graph random_graph(Random& random) {
  Graph graph("random");
  graph.add("layer0", Input(Shape::image(2, 2, 4)), {});
  const auto any = [&] {
    const auto last = static_cast<Index>(graph.size()) - 1;
    return LayerId{static_cast<std::size_t>(random.chance(70) ? last : random.between(0, last))};
  };
  for (Index i = random.between(1, 10); i > 0; --i) {
    Layer layer;
    layer.name = "layer" + std::to_string(graph.size());
    layer.op = random.chance(15) ? Op(Add{}) : random_op(random);
    layer.inputs = {any()};
    if (std::holds_alternative<Add>(layer.op)) layer.inputs.push_back(any());
    if (random.chance(25)) layer.activation = Activation::relu;
    if (random.chance(10)) layer.weights = "shared";
    graph.add(std::move(layer));
  }
  return graph;
}

std::set<std::string> names_that_run(const Graph& lowered) {
  std::set<std::string> names;
  for (const Layer& layer : lowered.layers()) {
    EXPECT_TRUE(names.insert(layer.name).second) << layer.name;
    for (const std::string& name : layer.absorbed) EXPECT_TRUE(names.insert(name).second) << name;
  }
  return names;
}

void expect_same(const Graph& model, const Graph& lowered) {
  const std::set<std::string> runs = names_that_run(lowered);
  for (const Layer& layer : model.layers()) EXPECT_TRUE(runs.contains(layer.name)) << layer.name;
  for (const Layer& layer : lowered.layers()) {
    EXPECT_FALSE(std::holds_alternative<SeparableConv>(layer.op)) << layer.name;
  }
  EXPECT_EQ(Formulas(lowered).output(), Formulas(model).output());
  EXPECT_EQ(lowered[lowered.output()].output, model[model.output()].output);
  EXPECT_EQ(lowered.name(), model.name());
}

TEST(Lower, KeepsTheFormulaOfRandomGraphs) {
  Random random(1);
  std::size_t folded = 0;
  for (int i = 0; i < 3000; ++i) {
    const Graph model = random_graph(random);
    const Graph lowered = lower(model);
    expect_same(model, lowered);
    for (const Layer& layer : lowered.layers()) folded += layer.absorbed.size();
    if (HasFailure()) {
      FAIL() << "graph " << i << ": " << Formulas(model).output();
    }
  }
  EXPECT_GT(folded, 1000U) << "the graphs must give the folding something to do";
}

TEST(Lower, LeavesNothingToFoldInTheZoo) {
  for (const std::string_view name : model_names()) {
    SCOPED_TRACE(name);
    const Graph model = make_model(name).graph;
    const Graph lowered = lower(model);
    // Formulas grow with every shortcut, so the deep networks are compared by their layers.
    const std::set<std::string> runs = names_that_run(lowered);
    for (const Layer& layer : model.layers()) EXPECT_TRUE(runs.contains(layer.name)) << layer.name;
    Index parameters = 0;
    for (std::size_t i = 0; i < lowered.size(); ++i) {
      const Layer& layer = lowered[{i}];
      EXPECT_FALSE(std::holds_alternative<BatchNorm>(layer.op)) << layer.name;
      EXPECT_FALSE(std::holds_alternative<SeparableConv>(layer.op)) << layer.name;
      parameters += lowered.parameters({i});
      if (layer.batch_norm) parameters += 4 * layer.output[Axis::channel];
      EXPECT_TRUE(layer.inputs.empty() == (i == 0)) << layer.name;
    }
    EXPECT_EQ(parameters, model.parameters());
    EXPECT_EQ(lowered[lowered.output()].output, model[model.output()].output);
  }
}

TEST(Lower, RunsTheSameLayersOfPlainNetworks) {
  for (const char* name : {"alexnet", "vgg16", "c3d"}) {
    const Graph model = make_model(name).graph;
    const Graph lowered = lower(model);
    ASSERT_EQ(lowered.size(), model.size());
    EXPECT_EQ(Formulas(lowered).output(), Formulas(model).output());
  }
}

TEST(Lower, FoldsABlockOfResNet) {
  const Graph lowered = lower(make_model("resnet50").graph);
  const auto layer = [&](const char* name) { return lowered[lowered.find(name).value()]; };
  EXPECT_EQ(layer("conv2_block1_1_conv").activation, Activation::relu);
  EXPECT_EQ(layer("conv2_block1_1_conv").absorbed,
            (std::vector<std::string>{"conv2_block1_1_bn", "conv2_block1_1_relu"}));
  EXPECT_EQ(layer("conv2_block1_3_conv").activation, Activation::linear);
  EXPECT_EQ(layer("conv2_block1_3_conv").batch_norm.value().weights, "conv2_block1_3_bn");
  EXPECT_FLOAT_EQ(layer("conv2_block1_3_conv").batch_norm.value().op.epsilon, 1.001e-5F);
  EXPECT_EQ(layer("conv2_block1_add").activation, Activation::relu);
  EXPECT_EQ(layer("conv2_block1_add").absorbed, std::vector<std::string>{"conv2_block1_out"});
}

TEST(Lower, TakesTheZerosOfResNetIntoItsWindows) {
  const Graph lowered = lower(make_model("resnet50").graph);
  const auto layer = [&](const char* name) { return lowered[lowered.find(name).value()]; };
  const Layer conv = layer("conv1_conv");
  EXPECT_EQ(conv.absorbed, (std::vector<std::string>{"conv1_pad", "conv1_bn", "conv1_relu"}));
  EXPECT_EQ(std::get<Conv>(conv.op).sliding.before, (Spatial{0, 3, 3}));
  EXPECT_EQ(conv.output, Shape::image(112, 112, 64));
  const Layer pool = layer("pool1_pool");
  EXPECT_EQ(pool.absorbed, std::vector<std::string>{"pool1_pad"});
  EXPECT_EQ(std::get<Pool>(pool.op).sliding.after, (Spatial{0, 1, 1}));
  EXPECT_EQ(pool.output, Shape::image(56, 56, 64));
}

/// A graph of zeros around a picture, behind a convolution with that activation, and their reader.
Graph padded(Activation activation, const Op& reader) {
  Graph graph("padded");
  graph.add("input", Input(Shape::image(6, 6, 4)), {});
  Layer conv;
  conv.name = "conv";
  conv.op = pointwise(4);
  conv.inputs = {{0}};
  conv.activation = activation;
  graph.add(std::move(conv));
  graph.add("pad", ZeroPad{{}, {0, 1, 1}, {0, 1, 1}}, {{1}});
  graph.add("reader", reader, {{2}});
  return graph;
}

Pool pool_of(PoolKind kind, Index kernel) {
  Pool pool;
  pool.pool = kind;
  pool.sliding.kernel = {1, kernel, kernel};
  return pool;
}

TEST(Lower, LeavesZerosThatCount) {
  const auto folds = [](const Graph& graph) { return lower(graph).size() < graph.size(); };
  Conv conv = pointwise(4);
  EXPECT_FALSE(folds(padded(Activation::linear, conv)));
  conv.sliding.kernel = {1, 2, 3};
  EXPECT_TRUE(folds(padded(Activation::linear, conv)));
  conv.sliding.padding = Padding::same;
  EXPECT_FALSE(folds(padded(Activation::linear, conv)));
  EXPECT_TRUE(folds(padded(Activation::relu, pool_of(PoolKind::max, 2))));
  EXPECT_FALSE(folds(padded(Activation::linear, pool_of(PoolKind::max, 2))));
  EXPECT_FALSE(folds(padded(Activation::relu, pool_of(PoolKind::average, 2))));
  EXPECT_FALSE(folds(padded(Activation::relu, pool_of(PoolKind::max, 1))));
  EXPECT_FALSE(folds(padded(Activation::relu, Softmax{})));
  Graph read_twice = padded(Activation::relu, pool_of(PoolKind::max, 2));
  read_twice.add("other", pointwise(4), {{2}});
  EXPECT_FALSE(folds(read_twice));
}

TEST(Lower, CutsTheSeparableConvolutionsOfXception) {
  const Graph lowered = lower(make_model("xception").graph);
  const auto id = [&](const char* name) { return lowered.find(name).value(); };
  const Layer& depthwise = lowered[id("block3_sepconv1/depthwise")];
  const Layer& pointwise = lowered[id("block3_sepconv1")];
  EXPECT_EQ(depthwise.weights, "block3_sepconv1");
  EXPECT_EQ(pointwise.weights, "block3_sepconv1");
  EXPECT_EQ(lowered.weights(id("block3_sepconv1")).front().name, "pointwise_kernel:0");
  EXPECT_EQ(pointwise.inputs, std::vector<LayerId>{id("block3_sepconv1/depthwise")});
  EXPECT_EQ(pointwise.absorbed,
            (std::vector<std::string>{"block3_sepconv1_bn", "block3_sepconv2_act"}));
  // The shortcut reads the sum before the activation, so that stays a layer of its own.
  EXPECT_EQ(lowered[id("add")].activation, Activation::linear);
  EXPECT_EQ(lowered[id("block3_sepconv1_act")].activation, Activation::relu);
  EXPECT_EQ(depthwise.inputs, std::vector<LayerId>{id("block3_sepconv1_act")});
}

TEST(Lower, KeepsTheFlopOfTheConvolutions) {
  for (const std::string_view name : model_names()) {
    const auto flops = [](const Graph& graph) {
      double sum = 0;
      for (std::size_t i = 0; i < graph.size(); ++i) {
        if (!graph.weights({i}).empty() && graph.kind({i}) != "BatchNormalization") {
          sum += graph.flops({i});
        }
      }
      return sum;
    };
    const Graph model = make_model(name).graph;
    EXPECT_DOUBLE_EQ(flops(lower(model)), flops(model)) << name;
  }
}

class LowerSmall : public ::testing::Test {
 protected:
  [[nodiscard]] Layer lowered(const char* name) const {
    const Graph graph = lower(model);
    return graph[graph.find(name).value()];
  }
  [[nodiscard]] bool runs(const char* name) const { return lower(model).find(name).has_value(); }

  Graph model{"test"};
  LayerId input = model.add("in", Input(Shape::image(4, 4, 2)), {});
};

TEST_F(LowerSmall, DoesNotFoldIntoAConvolutionThatIsReadTwice) {
  const LayerId conv = model.add("conv", pointwise(2), {input});
  const LayerId norm = model.add("bn", BatchNorm{}, {conv});
  const LayerId relu = model.add("relu", Identity{}, {norm}, Activation::relu);
  model.add("add", Add{}, {conv, relu});
  EXPECT_FALSE(lowered("conv").batch_norm.has_value());
  // The activation may go into the batch normalisation, which only it reads.
  EXPECT_EQ(lowered("bn").activation, Activation::relu);
  EXPECT_FALSE(runs("relu"));
}

TEST_F(LowerSmall, FoldsABatchNormalisationThatIsReadTwiceButNotWhatFollows) {
  const LayerId conv = model.add("conv", pointwise(2), {input});
  const LayerId norm = model.add("bn", BatchNorm{}, {conv});
  const LayerId relu = model.add("relu", Identity{}, {norm}, Activation::relu);
  model.add("add", Add{}, {norm, relu});
  EXPECT_TRUE(lowered("conv").batch_norm.has_value());
  EXPECT_EQ(lowered("conv").activation, Activation::linear);
  EXPECT_FALSE(runs("bn"));
  EXPECT_EQ(lowered("relu").activation, Activation::relu);
}

TEST_F(LowerSmall, DoesNotFoldBehindAnActivation) {
  const LayerId conv = model.add("conv", pointwise(2), {input}, Activation::relu);
  const LayerId norm = model.add("bn", BatchNorm{}, {conv});
  model.add("softmax", Softmax{}, {norm});
  EXPECT_FALSE(lowered("conv").batch_norm.has_value());
  EXPECT_TRUE(runs("bn"));
}

TEST_F(LowerSmall, FoldsOneOfTwoBatchNormalisations) {
  const LayerId conv = model.add("conv", pointwise(2), {input});
  const LayerId first = model.add("bn1", BatchNorm{}, {conv});
  model.add("bn2", BatchNorm{}, {first});
  EXPECT_EQ(lowered("conv").batch_norm.value().weights, "bn1");
  EXPECT_EQ(lowered("bn2").inputs.size(), 1U);
}

TEST_F(LowerSmall, DoesNotFoldIntoAnInputAPoolOrASoftmax) {
  const LayerId first = model.add("first", Identity{}, {input}, Activation::relu);
  const LayerId pool = model.add("pool", Pool{}, {first});
  const LayerId second = model.add("second", Identity{}, {pool}, Activation::relu);
  const LayerId softmax = model.add("softmax", Softmax{}, {second});
  model.add("third", BatchNorm{}, {softmax});
  for (const char* name : {"first", "second", "third"}) EXPECT_TRUE(runs(name)) << name;
}

TEST_F(LowerSmall, KeepsTheLastLayerLastWhenAnotherIsNeverRead) {
  const LayerId conv = model.add("conv", pointwise(2), {input});
  model.add("unread", pointwise(3), {input});
  model.add("bn", BatchNorm{}, {conv});
  const Graph graph = lower(model);
  EXPECT_EQ(graph[graph.output()].name, "bn");
}

TEST_F(LowerSmall, ReadsBothHalvesOfASeparableConvolutionFromItsWeights) {
  Layer layer;
  layer.name = "copy";
  layer.op = SeparableConv{};
  layer.inputs = {input};
  layer.weights = "original";
  model.add(layer);
  EXPECT_EQ(lowered("copy").weights, "original");
  EXPECT_EQ(lowered("copy/depthwise").weights, "original");
}

}  // namespace
}  // namespace shoal::graph
