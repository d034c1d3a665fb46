#include "shoal/weights/initialize.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "shoal/base/aligned_buffer.hpp"
#include "shoal/storage/hdf5.hpp"

namespace shoal::weights {
namespace {

using graph::Graph;
using graph::LayerId;
using graph::WeightKind;
using graph::WeightSpec;

/// SplitMix64 (Steele, Lea, Flood 2014) as a function of a counter: any element can be drawn alone.
std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

std::uint64_t hash(const std::string& text, std::uint64_t seed) {
  std::uint64_t value = mix(seed);
  for (const char c : text) value = mix(value ^ static_cast<unsigned char>(c));
  return value;
}

/// Nearly normal with mean 0 and variance 1, exact in every floating-point arithmetic: the sum of
/// four 16-bit numbers, each of variance 2^32 / 12.
float draw(std::uint64_t key, std::uint64_t counter) {
  const std::uint64_t bits = mix(key + counter);
  const auto sum = static_cast<std::int32_t>((bits & 0xffffU) + (bits >> 16U & 0xffffU) +
                                             (bits >> 32U & 0xffffU) + (bits >> 48U));
  constexpr float scale = 1.7320508F / 65536.0F;
  return static_cast<float>(sum - 2 * 65535) * scale;
}

struct Distribution {
  float mean = 0;
  float deviation = 0;

  /// Worked out in double, where the product is exact: the same with and without fused operations.
  [[nodiscard]] float at(float standard) const {
    return static_cast<float>(static_cast<double>(deviation) * static_cast<double>(standard) +
                              static_cast<double>(mean));
  }
};

/// Whether the layer's output goes, by pools alone, into an addition.
bool is_added(const Graph& graph, const std::vector<std::vector<LayerId>>& consumers,
              LayerId layer) {
  return std::any_of(consumers[layer.value].begin(), consumers[layer.value].end(),
                     [&](LayerId next) {
                       if (std::holds_alternative<graph::Add>(graph[next].op)) return true;
                       return std::holds_alternative<graph::Pool>(graph[next].op) &&
                              is_added(graph, consumers, next);
                     });
}

/// The typical size of a network's pixels.
float pixel_size(graph::Preprocessing preprocessing) {
  return preprocessing == graph::Preprocessing::caffe ? 64.0F : 1.0F;
}

class Initializer {
 public:
  explicit Initializer(const graph::Model& model)
      : model_(model), graph_(model.graph), consumers_(graph_.consumers()) {
    for (std::size_t i = 0; i < graph_.size(); ++i) {
      if (graph_.weights({i}).empty()) continue;
      if (!first_) first_ = LayerId{i};
      last_ = LayerId{i};
    }
  }

  [[nodiscard]] Distribution distribution(LayerId layer, const WeightSpec& spec) const {
    switch (spec.kind) {
      case WeightKind::kernel:
        return {0, kernel_deviation(layer, spec)};
      case WeightKind::bias:
        return {0, 0.05F};
      case WeightKind::gamma:
        return {is_added(graph_, consumers_, layer) ? 0.5F : 1.0F, 0.05F};
      case WeightKind::beta:
        return {0, 0.1F};
      case WeightKind::moving_mean:
        return {0, 0.1F};
      case WeightKind::moving_variance:
        return {expected_variance(layer), 0.05F};
    }
    return {};
  }

 private:
  [[nodiscard]] float kernel_deviation(LayerId layer, const WeightSpec& spec) const {
    float deviation = std::sqrt(2.0F / static_cast<float>(spec.fan_in));
    if (layer == *first_) deviation /= pixel_size(model_.preprocessing);
    if (layer == last_) deviation *= 2;
    return deviation;
  }

  [[nodiscard]] float expected_variance(LayerId norm) const {
    const LayerId producer = graph_[norm].inputs.front();
    return std::holds_alternative<graph::SeparableConv>(graph_[producer].op) ? 2.0F : 1.0F;
  }

  const graph::Model& model_;
  const Graph& graph_;
  std::vector<std::vector<LayerId>> consumers_;
  std::optional<LayerId> first_;
  LayerId last_;
};

/// Draws a dataset and writes it, some rows of its first axis at a time.
void write_drawn(storage::OutputFile& file, const std::string& dataset, const WeightSpec& spec,
                 const Distribution& distribution, std::uint64_t key) {
  constexpr Index floats_at_once = Index{1} << 22U;
  const std::vector<Index> extents = spec.extents();
  file.create(dataset, extents);
  const Index row = spec.volume() / extents.front();
  const Index rows_at_once = std::max<Index>(1, floats_at_once / row);
  std::vector<float> values;
  for (Index begin = 0; begin < extents.front(); begin += rows_at_once) {
    const Index rows = std::min(rows_at_once, extents.front() - begin);
    values.resize(addressable(rows * row));
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = distribution.at(draw(key, static_cast<std::uint64_t>(begin * row) + i));
    }
    std::vector<storage::Hyperslab> hyperslabs = {{begin, rows}};
    for (std::size_t axis = 1; axis < extents.size(); ++axis)
      hyperslabs.push_back({0, extents[axis]});
    file.write(dataset, hyperslabs, values);
  }
}

/// Softmax layers of the graph are part of a dense layer in Keras.
bool is_keras_layer(const graph::Layer& layer) {
  return layer.name.find('/') == std::string::npos;
}

}  // namespace

void initialize(const graph::Model& model, std::uint64_t seed, const std::string& path) {
  const Graph& graph = model.graph;
  const Initializer initializer(model);
  storage::OutputFile file(path);
  std::vector<std::string> layer_names;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const graph::Layer& layer = graph.layers()[i];
    if (!is_keras_layer(layer)) continue;
    layer_names.push_back(layer.name);
    file.create_group("/" + layer.name);
    std::vector<std::string> weight_names;
    for (const WeightSpec& spec : graph.weights({i})) {
      const std::string name = layer.name + "/" + spec.name;
      weight_names.push_back(name);
      write_drawn(file, "/" + layer.name + "/" + name, spec, initializer.distribution({i}, spec),
                  hash(name, seed));
    }
    file.set_strings("/" + layer.name, "weight_names", weight_names);
  }
  file.set_strings("/", "layer_names", layer_names);
  file.set_string("/", "backend", "tensorflow");
  file.set_string("/", "keras_version", "2.11.0");
  file.commit();
}

}  // namespace shoal::weights
