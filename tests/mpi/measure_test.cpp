#include "shoal/runtime/measure.hpp"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "shoal/graph/lower.hpp"
#include "shoal/profile/document.hpp"
#include "shoal/profile/fit.hpp"

#include "support/small_model.hpp"

namespace shoal::runtime {
namespace {

constexpr Bytes plenty = Bytes{1} << 40U;

std::vector<profile::Measurement> measured(Bytes memory) {
  const comm::Communicator world = comm::Communicator::world();
  return measure_layers(world, graph::lower(testing::small_model().graph), {0, memory});
}

/// Two for each layer: by its own kind, and element-wise where its sums are finished.
std::map<std::pair<std::string, profile::Kind>, std::set<double>> fractions(
    const std::vector<profile::Measurement>& measurements) {
  std::map<std::pair<std::string, profile::Kind>, std::set<double>> result;
  for (const profile::Measurement& one : measurements) {
    result[{one.work.layer, one.work.kind}].insert(one.work.fraction);
  }
  return result;
}

TEST(MeasureLayers, MeasuresEveryLayerWholeAndInShards) {
  using profile::Kind;
  const auto found = fractions(measured(plenty));
  for (const auto& [layer, kind] :
       std::initializer_list<std::pair<const char*, Kind>>{{"conv", Kind::first_convolution},
                                                           {"sep/depthwise", Kind::depthwise},
                                                           {"sep", Kind::pointwise},
                                                           {"add", Kind::elementwise},
                                                           {"pool", Kind::pool},
                                                           {"alone_bn", Kind::elementwise},
                                                           {"depth", Kind::depthwise},
                                                           {"top", Kind::dense},
                                                           {"top/softmax", Kind::elementwise}}) {
    ASSERT_TRUE(found.contains({layer, kind})) << layer;
    EXPECT_TRUE(found.at({layer, kind}).contains(1)) << layer;
  }
  EXPECT_TRUE(found.at({"sep", Kind::pointwise}).contains(0.5));
  EXPECT_TRUE(found.at({"conv", Kind::first_convolution}).contains(0.25)) << "2 of 8 rows";
  EXPECT_TRUE(found.at({"pool", Kind::pool}).contains(0.25)) << "follows";
  EXPECT_FALSE(found.contains({"flatten", Kind::elementwise}));
}

/// A convolution that four algorithms can compute, and one that only one can.
graph::Graph two_convolutions() {
  graph::Graph graph("two");
  graph::LayerId at = graph.add("input", graph::Input(Shape::image(12, 12, 16)), {});
  for (const auto& [name, stride] : {std::pair{"tiles", 1}, {"strided", 2}}) {
    graph::Conv conv;
    conv.filters = 16;
    conv.sliding.kernel = {1, 3, 3};
    conv.sliding.stride = {1, stride, stride};
    conv.sliding.padding = graph::Padding::same;
    at = graph.add(name, conv, {at});
  }
  return graph;
}

TEST(MeasureLayers, TellsByWhatAConvolutionWasComputed) {
  const comm::Communicator world = comm::Communicator::world();
  const graph::Graph graph = two_convolutions();
  for (const Bytes memory : {plenty, graph.weight_bytes({1}) * 8}) {
    std::size_t shards = 0;
    for (const profile::Measurement& one : measure_layers(world, graph, {0, memory})) {
      const bool has_choice =
          one.work.layer == "tiles" && one.work.kind == profile::Kind::convolution;
      EXPECT_EQ(one.algorithm.has_value(), has_choice) << one.work.layer;
      shards += has_choice ? 1 : 0;
    }
    EXPECT_GE(shards, 10U) << "whole and by each cut";
  }
}

/// Whatever else is tried, there is memory for one.
TEST(MeasureLayers, ComputesDirectlyWhereNoMemoryIsLeft) {
  const comm::Communicator world = comm::Communicator::world();
  const graph::Graph graph = two_convolutions();
  // Weights of both layers are 18.7 kB, activations 18.4 kB at most.
  for (const profile::Measurement& one : measure_layers(world, graph, {0, 30'000})) {
    if (one.work.fraction < 1 || !one.algorithm) continue;
    EXPECT_EQ(one.algorithm, graph::ConvolutionAlgorithm::direct);
  }
}

/// What is measured is a profile: times are positive and nothing is measured twice.
TEST(MeasureLayers, MakesAProfile) {
  profile::Device device;
  device.name = "here";
  device.memory = 1;
  device.measurements = measured(plenty);
  profile::fit_laws(device);
  const profile::Profile profile{"here", "", {device}, {}};
  EXPECT_EQ(profile::parse(profile::to_json(profile), "x"), profile);
}

TEST(MeasureLayers, LeavesOutWhatDoesNotFit) {
  // `top` has 192 x 10 weights; the others have 216 at most.
  const auto found = fractions(measured(6000));
  EXPECT_TRUE(found.contains({"depth", profile::Kind::depthwise}));
  ASSERT_TRUE(found.contains({"top", profile::Kind::dense}));
  EXPECT_FALSE(found.at({"top", profile::Kind::dense}).contains(1));
  EXPECT_TRUE(found.at({"top", profile::Kind::dense}).contains(0.5));
}

TEST(MeasureNetwork, KnowsEveryPairAndEveryPattern) {
  const comm::Communicator world = comm::Communicator::world();
  const profile::Network network = measure_network(world, 0);
  if (world.size() == 1) {
    EXPECT_EQ(network, profile::Network{}) << "nothing to measure";
    return;
  }
  const auto count = static_cast<std::size_t>(world.size());
  EXPECT_EQ(network.pairs.size(), count * (count - 1));
  for (const auto& [ends, link] : network.pairs) {
    EXPECT_NE(ends.first, ends.second);
    EXPECT_GT(link.bytes_per_second, 0);
    EXPECT_GT(link.latency, 0);
  }
  EXPECT_EQ(network.slowdown.size(), split::pattern_count);
  for (const auto& [pattern, factor] : network.slowdown) EXPECT_GT(factor, 0);
  profile::Device device;
  device.memory = 1;
  const std::string own =
      profile::to_json({"", "", std::vector<profile::Device>(count, device), network});
  for (const std::string& other : world.gather_all(own)) EXPECT_EQ(other, own);
}

}  // namespace
}  // namespace shoal::runtime
