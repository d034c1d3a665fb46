// The profiles that ship, by what they say of our networks.

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "shoal/graph/lower.hpp"
#include "shoal/graph/zoo.hpp"
#include "shoal/profile/document.hpp"
#include "shoal/profile/fit.hpp"

namespace shoal::profile {
namespace {

Profile pi3() {
  const std::string file = std::string(SHOAL_SOURCE) + "/profiles/pi3-keras.json";
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  return parse(text.str(), file);
}

graph::Graph network(std::string_view name) {
  return graph::lower(graph::make_model(name).graph);
}

Work whole_work(const graph::Graph& graph, graph::LayerId layer) {
  return work_of(graph, layer, Box::whole(graph.input_shape(layer)),
                 Box::whole(graph[layer].output));
}

TEST(Pi3, HasALawForEveryKindThatIsTheBestFit) {
  const Device shipped = pi3().devices.front();
  EXPECT_EQ(shipped.laws.size(), kind_count);
  Device fitted = shipped;
  fit_laws(fitted);
  for (const auto& [kind, law] : shipped.laws) {
    const Law& again = fitted.laws.at(kind);
    EXPECT_NEAR(law.fixed, again.fixed, 1e-3 * again.fixed) << name(kind);
    EXPECT_NEAR(law.per_flop, again.per_flop, 1e-3 * again.per_flop) << name(kind);
    EXPECT_NEAR(law.per_byte, again.per_byte, 1e-3 * again.per_byte) << name(kind);
    EXPECT_NEAR(law.error, again.error, 1e-3) << name(kind);
    EXPECT_LT(law.error, 0.25) << name(kind);
  }
}

/// What was measured is looked up by our names: a name that we do not have helps nobody.
TEST(Pi3, NamesLayersAsWeDo) {
  const Device device = pi3().devices.front();
  for (const Measurement& one : device.measurements) {
    const auto models = graph::model_names();
    if (std::find(models.begin(), models.end(), one.work.model) == models.end()) continue;
    const graph::Graph graph = network(one.work.model);
    const auto layer = graph.find(one.work.layer);
    ASSERT_TRUE(layer) << one.work.model << ' ' << one.work.layer;
    EXPECT_EQ(whole_work(graph, *layer).kind, one.work.kind) << one.work.layer;
    if (one.work.fraction == 1) continue;
    EXPECT_LT(one.work.fraction, 0.4) << one.work.layer << ": thirds and ninths";
  }
}

TEST(Pi3, KnowsEveryConvolution) {
  const Device device = pi3().devices.front();
  std::set<std::pair<std::string, std::string>> measured;
  for (const Measurement& one : device.measurements) {
    if (one.work.fraction == 1) measured.emplace(one.work.model, one.work.layer);
  }
  for (const auto model : graph::model_names()) {
    const graph::Graph graph = network(model);
    for (std::size_t i = 0; i < graph.size(); ++i) {
      const graph::Layer& layer = graph[{i}];
      if (graph.weights({i}).empty() || std::holds_alternative<graph::Dense>(layer.op) ||
          std::holds_alternative<graph::BatchNorm>(layer.op)) {
        continue;
      }
      EXPECT_TRUE(measured.contains({graph.name(), layer.name})) << model << ' ' << layer.name;
    }
  }
}

/// The authors' AlexNet and C3D have our geometry: the script counts as work_of does.
TEST(Pi3, CountsOperationsAndBytesAsWeDo) {
  const Device device = pi3().devices.front();
  for (const Measurement& one : device.measurements) {
    if ((one.work.model != "alexnet" && one.work.model != "c3d") || one.work.fraction < 1) continue;
    const graph::Graph graph = network(one.work.model);
    const Work ours = whole_work(graph, graph.find(one.work.layer).value());
    EXPECT_EQ(one.work.flops, ours.flops) << one.work.layer;
    EXPECT_EQ(one.work.bytes, ours.bytes) << one.work.layer;
  }
}

TEST(Pi3, TakesForAThirdOfTheFiltersWhatTheyTook) {
  const Device device = pi3().devices.front();
  const graph::Graph vgg16 = network("vgg16");
  const graph::LayerId layer = vgg16.find("block1_conv2").value();
  const Work third = work_of(vgg16, layer, Box::whole(vgg16.input_shape(layer)),
                             Box::whole(vgg16[layer].output).with(Axis::channel, {0, 21}));
  // Their picture has 220 rows, ours 224.
  EXPECT_NEAR(device.time(third), 0.79 * 224 * 224 / (220 * 220), 0.03);
  EXPECT_GT(device.time(third), device.time(whole_work(vgg16, layer)) / 2);
}

TEST(Pi3, HasTheSweepsLimitsOfMemory) {
  const Device device = pi3().devices.front();
  EXPECT_EQ(device.paging(7680ULL * 12228 * 4), 0);
  EXPECT_GT(device.paging(25088ULL * 4096 * 4), 0);
  EXPECT_NEAR(device.paging(7680ULL * 16384 * 4), 1.3, 0.5) << "1.94 s, of which 0.64 s are work";
}

}  // namespace
}  // namespace shoal::profile
