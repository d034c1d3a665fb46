#include "planner/estimator.hpp"

#include <gtest/gtest.h>

#include "support/profiles.hpp"
#include "support/small_network.hpp"

namespace shoal::planner {
namespace {

/// A device on which finishing half of layer `a` took ten times what its law says, and all of it
/// just that.
profile::Device measured(const graph::Graph& graph) {
  profile::Device device = testing::pi();
  const graph::LayerId layer = graph.find("a").value();
  const Box whole = Box::whole(graph[layer].output);
  for (const auto& [rows, times] : {std::pair<Index, double>{16, 1}, {8, 10}}) {
    const auto work = profile::finishing_work(graph, layer, whole.with(Axis::height, {0, rows}));
    const profile::Law& law = device.laws.at(work.kind);
    device.measurements.push_back({work, times * law(work.flops, work.bytes)});
  }
  return device;
}

/// As the twin takes it, too.
TEST(Estimator, FinishesAPartAsTheProfileSaysOfThatPart) {
  const graph::Graph graph = testing::small_network();
  const profile::Profile profile = testing::cluster({measured(graph)});
  Estimator estimator(profile);
  const graph::LayerId layer = graph.find("a").value();
  const Box half = Box::whole(graph[layer].output).with(Axis::height, {0, 8});
  const profile::Work work = profile::finishing_work(graph, layer, half);
  const Seconds plain = profile.devices.front().laws.at(work.kind)(work.flops, work.bytes);
  EXPECT_DOUBLE_EQ(estimator.finishing({0}, graph, layer, half), 10 * plain);
}

TEST(Estimator, TakesForANetworkWhatItsLayersTake) {
  const graph::Graph graph = testing::small_network();
  const profile::Profile profile = testing::cluster({testing::pi(), testing::pi(2)});
  Estimator estimator(profile);
  EXPECT_GT(estimator.computing({0}, graph), 0);
  EXPECT_DOUBLE_EQ(estimator.computing({0}, graph), 2 * estimator.computing({1}, graph));
}

TEST(Estimator, KnowsWhichDevicesAreAlike) {
  const profile::Profile profile =
      testing::cluster({testing::pi(), testing::pi(2), testing::pi(), testing::pi(2, 1)});
  const Estimator estimator(profile);
  EXPECT_EQ(estimator.class_of({0}), estimator.class_of({2}));
  EXPECT_NE(estimator.class_of({0}), estimator.class_of({1}));
  EXPECT_NE(estimator.class_of({1}), estimator.class_of({3})) << "it has less memory";
}

}  // namespace
}  // namespace shoal::planner
