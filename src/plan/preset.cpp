#include "shoal/plan/preset.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "shoal/base/error.hpp"

namespace shoal::plan {
namespace {

/// Gives out ranks one after the other.
class Builder {
 public:
  /// @param with_sender whether rank 0 only sends the frames
  Builder(std::string model, bool with_sender) : next_(with_sender ? 1 : 0) {
    plan_.model = std::move(model);
  }

  /// Replicas of one rank each.
  Builder& stage(const std::string& name, const std::string& from, int replicas = 1) {
    Stage& stage = plan_.stages.emplace_back(Stage{name, from, {}});
    for (int i = 0; i < replicas; ++i) stage.replicas.push_back({{Rank{next_++}}, {}});
    return *this;
  }

  /// One layer, split over some ranks.
  Builder& split(const std::string& layer, const char* scheme, int ranks) {
    Replica replica;
    for (int i = 0; i < ranks; ++i) replica.ranks.push_back({next_++});
    Placement placement{split::find_scheme(scheme), replica.ranks, {}};
    placement.options.shares.assign(replica.ranks.size(), 1.0);
    replica.layers.emplace(layer, std::move(placement));
    plan_.stages.push_back({layer, layer, {std::move(replica)}});
    return *this;
  }

  /// Answers are wanted where the last stage is.
  Plan done() {
    plan_.ranks = next_;
    plan_.output_rank = plan_.stages.back().replicas.front().ranks.front();
    return std::move(plan_);
  }

 private:
  Plan plan_;
  int next_;
};

Plan alexnet(bool with_sender, int convolutions) {
  return Builder("alexnet", with_sender)
      .stage("convolutions", "", convolutions)
      .split("fc1", "output", 2)
      .stage("fc2 and fc3", "fc2")
      .done();
}

Plan vgg16(bool with_sender) {
  return Builder("vgg16", with_sender)
      .stage("block1", "")
      .stage("blocks 2 to 4", "block2_conv1", 3)
      .stage("block5", "block5_conv1")
      .split("fc1", "output", 2)
      .stage("fc2 and predictions", "fc2")
      .done();
}

Plan vgg16_in_sequence() {
  return Builder("vgg16", true)
      .stage("block1", "")
      .stage("block2", "block2_conv1")
      .stage("block3", "block3_conv1")
      .stage("block4", "block4_conv1")
      .stage("block5", "block5_conv1")
      .split("fc1", "output", 2)
      .stage("fc2 and predictions", "fc2")
      .done();
}

Plan vgg16_with_replicas() {
  return Builder("vgg16", true)
      .stage("convolutions", "", 7)
      .split("fc1", "output", 2)
      .stage("fc2 and predictions", "fc2")
      .done();
}

Plan c3d(const char* scheme, int shards) {
  return Builder("c3d", true)
      .stage("conv1", "")
      .split("conv2", scheme, shards)
      .stage("conv3 to fc3", "conv3")
      .done();
}

struct Preset {
  std::string_view name;
  Plan (*make)();
};

constexpr std::array presets = {
    Preset{"paper-alexnet-4", [] { return alexnet(false, 1); }},
    Preset{"paper-alexnet-5", [] { return alexnet(true, 1); }},
    Preset{"paper-alexnet-6", [] { return alexnet(true, 2); }},
    Preset{"paper-vgg16-8", [] { return vgg16(false); }},
    Preset{"paper-vgg16-9", [] { return vgg16(true); }},
    Preset{"paper-vgg16-9-sequence", vgg16_in_sequence},
    Preset{"paper-vgg16-11", vgg16_with_replicas},
    Preset{"paper-c3d-conv2-2", [] { return c3d("channel", 2); }},
    Preset{"paper-c3d-conv2-3", [] { return c3d("channel", 3); }},
    Preset{"paper-c3d-conv2-2-filter", [] { return c3d("filter", 2); }},
    Preset{"paper-c3d-conv2-3-filter", [] { return c3d("filter", 3); }},
};

}  // namespace

std::vector<std::string_view> preset_names() {
  std::vector<std::string_view> names;
  for (const Preset& preset : presets) names.push_back(preset.name);
  return names;
}

Plan preset(std::string_view name) {
  const auto found = std::find_if(presets.begin(), presets.end(),
                                  [&](const Preset& preset) { return preset.name == name; });
  if (found == presets.end()) {
    throw Error("unknown preset '{}'; there are {}", name, fmt::join(preset_names(), ", "));
  }
  return found->make();
}

}  // namespace shoal::plan
