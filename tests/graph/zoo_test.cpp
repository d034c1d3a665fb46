#include "shoal/graph/zoo.hpp"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "shoal/base/error.hpp"

namespace shoal::graph {
namespace {

TEST(Zoo, HasThePublishedNumbersOfParameters) {
  const std::map<std::string_view, Index> expected = {{"alexnet", 40'702'632},
                                                      {"vgg16", 138'357'544},
                                                      {"resnet50", 25'636'712},
                                                      {"xception", 22'910'480},
                                                      {"c3d", 79'991'015}};
  EXPECT_EQ(model_names().size(), expected.size());
  for (const auto& [name, parameters] : expected) {
    EXPECT_EQ(make_model(name).graph.parameters(), parameters) << name;
  }
}

TEST(Zoo, HasTheShapesOfKeras) {
  const auto output = [](const char* model, const char* layer) {
    const Graph graph = make_model(model).graph;
    return graph[graph.find(layer).value()].output;
  };
  EXPECT_EQ(output("alexnet", "conv1"), Shape::image(55, 55, 48));
  EXPECT_EQ(output("alexnet", "flatten"), Shape::features(4608));
  EXPECT_EQ(output("vgg16", "block5_pool"), Shape::image(7, 7, 512));
  EXPECT_EQ(output("resnet50", "pool1_pool"), Shape::image(56, 56, 64));
  EXPECT_EQ(output("resnet50", "conv5_block3_out"), Shape::image(7, 7, 2048));
  EXPECT_EQ(output("xception", "block1_conv2"), Shape::image(147, 147, 64));
  EXPECT_EQ(output("xception", "block14_sepconv2_act"), Shape::image(10, 10, 2048));
  EXPECT_EQ(output("c3d", "conv2"), Shape::clip(16, 56, 56, 128));
  EXPECT_EQ(output("c3d", "pool8"), Shape::clip(1, 4, 4, 512));
}

template <typename Operator>
std::ptrdiff_t count(const char* model) {
  const Graph graph = make_model(model).graph;
  return std::ranges::count_if(graph.layers(), [](const Layer& layer) {
    return std::holds_alternative<Operator>(layer.op);
  });
}

TEST(Zoo, HasTheLayersOfThePaper) {
  EXPECT_EQ(count<Conv>("alexnet"), 5);
  EXPECT_EQ(count<Dense>("alexnet"), 3);
  EXPECT_EQ(count<Conv>("vgg16"), 13);
  EXPECT_EQ(count<Dense>("vgg16"), 3);
  // The fifty of the name are 49 convolutions and a dense layer; four more are on shortcuts.
  EXPECT_EQ(count<Conv>("resnet50"), 49 + 4);
  EXPECT_EQ(count<Dense>("resnet50"), 1);
  EXPECT_EQ(count<Add>("resnet50"), 16);
  EXPECT_EQ(count<SeparableConv>("xception"), 34);
  EXPECT_EQ(count<Conv>("xception"), 2 + 4);
  EXPECT_EQ(count<Add>("xception"), 12);
  EXPECT_EQ(count<Conv>("c3d"), 8);
  EXPECT_EQ(count<Dense>("c3d"), 3);
}

/// `len(model.layers)` in Keras; only the softmax is a layer that Keras does not list.
TEST(Zoo, HasAsManyLayersAsKeras) {
  EXPECT_EQ(make_model("vgg16").graph.size() - 1, 23U);
  EXPECT_EQ(make_model("resnet50").graph.size() - 1, 177U);
  EXPECT_EQ(make_model("xception").graph.size() - 1, 134U);
}

TEST(Zoo, NamesLayersAsKerasDoes) {
  const auto has = [](const char* model, std::initializer_list<const char*> layers) {
    const Graph graph = make_model(model).graph;
    for (const char* layer : layers) EXPECT_TRUE(graph.find(layer).has_value()) << layer;
  };
  has("vgg16", {"input_1", "block1_conv1", "block5_conv3", "block5_pool", "flatten", "fc1", "fc2",
                "predictions"});
  has("resnet50", {"conv1_pad", "conv1_conv", "conv1_bn", "conv1_relu", "pool1_pad", "pool1_pool",
                   "conv2_block1_0_conv", "conv2_block1_0_bn", "conv2_block1_1_relu",
                   "conv3_block4_add", "conv5_block3_out", "avg_pool", "predictions"});
  has("xception",
      {"block1_conv1_act", "conv2d", "conv2d_3", "batch_normalization", "batch_normalization_3",
       "add", "add_11", "block2_sepconv1", "block2_sepconv2_act", "block13_pool",
       "block14_sepconv2_bn", "block14_sepconv2_act", "predictions"});
}

TEST(Zoo, KnowsHowANetworkWantsItsPixels) {
  EXPECT_EQ(make_model("vgg16").preprocessing, Preprocessing::caffe);
  EXPECT_EQ(make_model("resnet50").preprocessing, Preprocessing::caffe);
  EXPECT_EQ(make_model("xception").preprocessing, Preprocessing::tf);
}

TEST(Zoo, CountsFlopAsMultiplyAndAdd) {
  const Graph vgg = make_model("vgg16").graph;
  double flops = 0;
  for (std::size_t i = 0; i < vgg.size(); ++i) flops += vgg.flops({i});
  EXPECT_NEAR(flops, 30.96e9, 0.03e9);
  const Graph c3d = make_model("c3d").graph;
  EXPECT_NEAR(c3d.flops(c3d.find("conv2").value()), 22.2e9, 0.1e9);
}

TEST(Zoo, NamesTheKnownModelsWhenAskedForAnother) {
  try {
    make_model("vgg17");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("vgg16"), std::string::npos);
  }
}

TEST(Zoo, MakesSingleLayers) {
  const Graph dense = make_model("fc:7680:4096").graph;
  EXPECT_EQ(dense.name(), "fc:7680:4096");
  EXPECT_EQ(dense[{1}].output, Shape::features(4096));
  EXPECT_EQ(dense.parameters(), 7680 * 4096 + 4096);
  const Graph conv = make_model("conv:128x96x64:128:5").graph;
  EXPECT_EQ(conv[{1}].output, Shape::image(128, 96, 128));
  EXPECT_EQ(conv.parameters(), 5 * 5 * 64 * 128 + 128);
  // The second convolution of C3D.
  const Graph clip = make_model("conv3d:16x56x56x64:128").graph;
  const Graph c3d = make_model("c3d").graph;
  EXPECT_EQ(clip.flops({1}), c3d.flops(c3d.find("conv2").value()));
}

TEST(Zoo, RefusesWhatIsNoSingleLayer) {
  for (const char* text :
       {"fc:7680", "fc:7680:0", "fc:7680:4096:1", "fc:a:1", "fc::", "conv:1x2:3:4",
        "conv:128x128x64:128", "conv3d:16x56x56:1", "pool:3:3", "fc:70000:1"}) {
    EXPECT_THROW(make_model(text), Error) << text;
  }
}

}  // namespace
}  // namespace shoal::graph
