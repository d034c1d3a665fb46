#include "planner/survey/unequal_clusters.hpp"

#include <string_view>

#include "shoal/graph/lower.hpp"
#include "shoal/graph/zoo.hpp"

#include "support/random.hpp"

namespace shoal::testing {
namespace {

/// `device`, so many times as quick at everything.
profile::Device quicker(profile::Device device, double speed) {
  for (auto& [kind, law] : device.laws) {
    law.fixed /= speed;
    law.per_flop /= speed;
    law.per_byte /= speed;
  }
  for (profile::Measurement& one : device.measurements) one.seconds /= speed;
  return device;
}

profile::Profile cluster_for(const profile::Profile& like, const std::string& model,
                             Random& random) {
  static const std::vector<double> speeds = {0.5, 1, 1, 1.5, 2, 3, 4};
  static const std::vector<double> lines = {1, 1, 1, 0.3, 10};
  profile::Profile profile = like;
  profile.devices.clear();
  profile.network.link.bytes_per_second *= random.pick(lines);
  const Index count = random.between(2, 8);
  const Bytes weights = graph::lower(graph::make_model(model).graph).weight_bytes();
  const auto fair = static_cast<double>(weights) / static_cast<double>(count);
  for (Index i = 0; i < count; ++i) {
    profile::Device device = quicker(like.devices.front(), random.pick(speeds));
    device.name = "device " + std::to_string(i);
    const double tight = static_cast<double>(random.between(110, 250)) / 100;
    const Bytes room = random.chance(50) ? 50'000'000 : 300'000'000;
    device.memory = static_cast<Bytes>(fair * tight) + room;
    profile.devices.push_back(std::move(device));
  }
  return profile;
}

}  // namespace

std::vector<UnequalCluster> unequal_clusters(const profile::Profile& like, std::size_t count) {
  Random random(44);
  const std::vector<std::string_view> models = graph::model_names();
  std::vector<UnequalCluster> clusters;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string model(models[i % models.size()]);
    clusters.push_back({model, cluster_for(like, model, random)});
  }
  return clusters;
}

}  // namespace shoal::testing
