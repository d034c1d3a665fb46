#include "shoal/graph/zoo.hpp"

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

}  // namespace
}  // namespace shoal::graph
