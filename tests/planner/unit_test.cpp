#include "planner/unit.hpp"

#include <gtest/gtest.h>

#include "shoal/graph/lower.hpp"
#include "shoal/graph/zoo.hpp"

namespace shoal::planner {
namespace {

graph::Graph network(const char* name) {
  return graph::lower(graph::make_model(name).graph);
}

std::string first_layer(const graph::Graph& graph, const Unit& unit) {
  return graph[unit.anchors.front()].name;
}

TEST(Units, OfAChainAreItsConvolutionsAndDenseLayers) {
  const graph::Graph vgg16 = network("vgg16");
  const std::vector<Unit> units = units_of(vgg16);
  ASSERT_EQ(units.size(), 16U);
  EXPECT_EQ(first_layer(vgg16, units[1]), "block1_conv2");
  // The pool behind it runs where it is.
  EXPECT_EQ(vgg16[{units[1].end.value - 1}].name, "block1_pool");
}

TEST(Units, FollowEachOtherFromTheFirstLayerToTheLast) {
  for (const std::string_view name : graph::model_names()) {
    const graph::Graph graph = network(std::string(name).c_str());
    const std::vector<Unit> units = units_of(graph);
    EXPECT_EQ(units.front().first.value, 0U);
    EXPECT_EQ(units.back().end.value, graph.size());
    for (std::size_t i = 1; i < units.size(); ++i) {
      EXPECT_EQ(units[i].first, units[i - 1].end) << name;
      EXPECT_FALSE(units[i].anchors.empty()) << name;
    }
  }
}

TEST(Units, ABlockWithAShortcutIsOne) {
  const graph::Graph resnet = network("resnet50");
  const std::vector<Unit> units = units_of(resnet);
  // The first convolution, sixteen blocks, the dense layer.
  ASSERT_EQ(units.size(), 18U);
  EXPECT_EQ(units[1].anchors.size(), 4U);
  EXPECT_EQ(units[2].anchors.size(), 3U);
}

TEST(Units, OnlyOneTensorLeadsFromAUnitToTheNext) {
  for (const char* name : {"resnet50", "xception"}) {
    const graph::Graph graph = network(name);
    const std::vector<Unit> units = units_of(graph);
    for (std::size_t u = 1; u < units.size(); ++u) {
      for (std::size_t i = units[u].first.value; i < graph.size(); ++i) {
        for (const graph::LayerId input : graph[{i}].inputs) {
          EXPECT_GE(input.value + 1, units[u].first.value) << graph[{i}].name;
        }
        if (i + 1 == units[u].end.value) break;
      }
    }
  }
}

TEST(Units, AFragmentIsANetworkOfItsOwn) {
  const graph::Graph resnet = network("resnet50");
  const std::vector<Unit> units = units_of(resnet);
  const graph::Graph piece = fragment(resnet, units, 2, 4);
  EXPECT_EQ(piece.layers().front().output, resnet[{units[2].first.value - 1}].output);
  EXPECT_EQ(piece.size(), units[3].end.value - units[2].first.value + 1);
  EXPECT_EQ(piece[piece.output()].name, resnet[{units[3].end.value - 1}].name);
}

}  // namespace
}  // namespace shoal::planner
