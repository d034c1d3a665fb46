#include "shoal/weights/store.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>

#include "shoal/base/error.hpp"
#include "shoal/weights/shard.hpp"

namespace shoal::weights {
namespace {

using graph::LayerWeights;
using graph::WeightSpec;

/// So many are rounded at once.
constexpr Index most_floats = 1 << 20;

/// `kernel` of `block1_conv1/kernel:0`.
std::string stem(const std::string& name) {
  const std::size_t slash = name.rfind('/');
  const std::string last = slash == std::string::npos ? name : name.substr(slash + 1);
  return last.substr(0, last.find(':'));
}

/// The datasets of a layer nested in a model that is a layer itself are listed with that model:
/// `block1_conv1` of `block1_conv1/kernel:0`. Empty without one.
std::string nested_layer(const std::string& name) {
  const std::size_t end = name.rfind('/');
  if (end == std::string::npos) return {};
  const std::string parent = name.substr(0, end);
  return parent.substr(parent.rfind('/') + 1);
}

/// Which of a layer's datasets is the weight: by Keras 2's names, or, where there is none of them
/// (block1_conv1_W_1:0 of older versions), by Keras's order.
std::optional<std::string> match(const std::vector<std::string>& datasets,
                                 const std::vector<WeightSpec>& specs, std::size_t which) {
  constexpr std::array<std::string_view, 8> known = {
      "kernel", "depthwise_kernel", "pointwise_kernel", "bias", "gamma",
      "beta",   "moving_mean",      "moving_variance"};
  bool named = false;
  for (const std::string& dataset : datasets) {
    if (stem(dataset) == stem(specs[which].name)) return dataset;
    named = named || std::find(known.begin(), known.end(), stem(dataset)) != known.end();
  }
  // The second half of a separable convolution has its datasets behind those of the first.
  const std::size_t place = which + (specs.front().name == "pointwise_kernel:0" ? 1 : 0);
  if (named || place >= datasets.size()) return std::nullopt;
  return datasets[place];
}

std::string to_text(const std::vector<Index>& extents) {
  std::string text;
  for (const Index extent : extents) text += fmt::format("{}{}", text.empty() ? "" : "x", extent);
  return text.empty() ? "a single number" : text;
}

Index volume(const std::vector<Range>& ranges) {
  Index product = 1;
  for (const Range range : ranges) product *= range.size();
  return product;
}

bool is_within(Range inner, Range outer) {
  return inner.empty() || (inner.begin >= outer.begin && inner.end <= outer.end);
}

}  // namespace

/// Where in a whole dataset the one in the file lies.
struct Store::Place {
  std::vector<Index> whole;
  std::vector<Range> held;
};

Store::Store(const std::string& path) : file_(path), root_("/") {
  auto names = file_.strings("/", "layer_names");
  if (!names && file_.has("/model_weights")) {
    root_ = "/model_weights";
    names = file_.strings(root_, "layer_names");
  }
  if (!names) throw Error("{}: is not a weights file of Keras: no layer_names", path);
  layers_ = std::move(*names);
  for (const std::string& layer : layers_) {
    for (const std::string& name :
         file_.strings(prefix() + layer, "weight_names").value_or(std::vector<std::string>{})) {
      const std::string dataset = prefix() + layer + "/" + name;
      datasets_[layer].push_back(dataset);
      const std::string nested = nested_layer(name);
      const bool is_listed = std::find(layers_.begin(), layers_.end(), nested) != layers_.end();
      if (!nested.empty() && !is_listed) datasets_[nested].push_back(dataset);
    }
  }
}

std::vector<std::string> Store::datasets(const std::string& layer) const {
  const auto found = datasets_.find(layer);
  if (found != datasets_.end()) return found->second;
  if (std::find(layers_.begin(), layers_.end(), layer) != layers_.end()) return {};
  throw Error("{}: there is no layer {}", path(), layer);
}

Store::Place Store::place(const std::string& dataset) const {
  const std::vector<Index> extents = file_.extents(dataset);
  const std::vector<Index> none(extents.size(), 0);
  Place place{file_.numbers(dataset, shard_whole).value_or(extents), {}};
  const std::vector<Index> begin = file_.numbers(dataset, shard_begin).value_or(none);
  bool sound = place.whole.size() == extents.size() && begin.size() == extents.size();
  for (std::size_t i = 0; sound && i < extents.size(); ++i) {
    sound = begin[i] >= 0 && begin[i] <= place.whole[i] && extents[i] <= place.whole[i] - begin[i];
    place.held.push_back({begin[i], begin[i] + extents[i]});
  }
  if (!sound) throw Error("{}: {} is no part of what it says that it is", path(), dataset);
  return place;
}

std::vector<Index> Store::extents(const std::string& dataset) const {
  return place(dataset).whole;
}

Part Store::held(const std::string& dataset) const {
  return {dataset, place(dataset).held};
}

void Store::read(const Part& part, std::span<float> to) const {
  if (to.empty()) return;
  const std::vector<Range> held = place(part.dataset).held;
  std::vector<storage::Slab> slabs;
  for (std::size_t i = 0; i < part.ranges.size(); ++i) {
    if (i >= held.size() || !is_within(part.ranges[i], held[i])) {
      throw Error(
          "{}: holds not all that is needed of {}; a rank's shards are made for one plan: "
          "shoal weights shard makes those of another",
          path(), part.dataset);
    }
    slabs.push_back({part.ranges[i].begin - held[i].begin, part.ranges[i].size()});
  }
  file_.read(part.dataset, slabs, to);
}

std::string Store::find(const std::string& layer, const std::vector<WeightSpec>& specs,
                        std::size_t which) const {
  const WeightSpec& spec = specs[which];
  const std::optional<std::string> found = match(datasets(layer), specs, which);
  if (!found) throw Error("{}: layer {} has no {}", path(), layer, spec.name);
  const std::vector<Index> extents = this->extents(*found);
  if (extents != spec.extents()) {
    throw Error("{}: {}/{} is {}, the network needs {}", path(), layer, spec.name, to_text(extents),
                to_text(spec.extents()));
  }
  return *found;
}

void Store::check(const graph::Graph& model) const {
  for (std::size_t i = 0; i < model.size(); ++i) {
    const std::vector<WeightSpec> specs = model.weights({i});
    for (std::size_t which = 0; which < specs.size(); ++which) {
      static_cast<void>(find(model.layers()[i].weights, specs, which));
    }
  }
}

AlignedBuffer Store::read(const std::string& layer, const std::vector<WeightSpec>& specs,
                          std::size_t which, Range inputs, Range outputs) const {
  const Part part{find(layer, specs, which), specs[which].slice(inputs, outputs)};
  AlignedBuffer buffer(addressable(volume(part.ranges)));
  read(part, buffer.span());
  return buffer;
}

std::vector<Part> Store::parts(const graph::Graph& lowered, graph::LayerId id, Range inputs,
                               Range outputs) const {
  std::vector<Part> parts;
  const auto add = [&](const std::string& layer, const std::vector<WeightSpec>& specs, Range from) {
    for (std::size_t which = 0; which < specs.size(); ++which) {
      if (specs[which].kind == graph::WeightKind::kernel && from.empty()) continue;
      parts.push_back({find(layer, specs, which), specs[which].slice(from, outputs)});
    }
  };
  const graph::Layer& layer = lowered[id];
  const bool is_norm = std::holds_alternative<graph::BatchNorm>(layer.op);
  add(layer.weights, lowered.weights(id), is_norm ? outputs : inputs);
  if (layer.batch_norm) {
    add(layer.batch_norm->weights, layer.batch_norm->op.weights(layer.output), outputs);
  }
  return parts;
}

LayerWeights Store::load_norm(const std::string& layer, const graph::BatchNorm& op,
                              const Shape& shape, Range channels) const {
  const std::vector<WeightSpec> specs = op.weights(shape);
  const auto count = static_cast<std::size_t>(channels.size());
  LayerWeights result{AlignedBuffer(count), AlignedBuffer(count), graph::NarrowKernel()};
  std::vector<double> gamma(count, 1.0);
  std::vector<double> beta(count, 0.0);
  std::vector<double> mean(count, 0.0);
  std::vector<double> variance(count, 1.0);
  for (std::size_t which = 0; which < specs.size(); ++which) {
    const AlignedBuffer values = read(layer, specs, which, channels, channels);
    std::vector<double>& to = specs[which].kind == graph::WeightKind::gamma         ? gamma
                              : specs[which].kind == graph::WeightKind::beta        ? beta
                              : specs[which].kind == graph::WeightKind::moving_mean ? mean
                                                                                    : variance;
    std::copy(values.span().begin(), values.span().end(), to.begin());
  }
  for (std::size_t c = 0; c < count; ++c) {
    const double scale = gamma[c] / std::sqrt(variance[c] + static_cast<double>(op.epsilon));
    result.kernel.data()[c] = static_cast<float>(scale);
    result.bias.data()[c] = static_cast<float>(beta[c] - mean[c] * scale);
  }
  return result;
}

LayerWeights Store::load(const graph::Graph& lowered, graph::LayerId id, Range inputs,
                         Range outputs) const {
  const graph::Layer& layer = lowered[id];
  if (const auto* norm = std::get_if<graph::BatchNorm>(&layer.op)) {
    return load_norm(layer.weights, *norm, layer.output, outputs);
  }
  if (layer.weights_type != graph::WeightsType::float32) {
    return load_narrow(lowered, id, inputs, outputs);
  }
  const std::vector<WeightSpec> specs = lowered.weights(id);
  LayerWeights weights;
  for (std::size_t which = 0; which < specs.size(); ++which) {
    const bool is_kernel = specs[which].kind == graph::WeightKind::kernel;
    if (is_kernel && inputs.empty()) continue;
    (is_kernel ? weights.kernel : weights.bias) =
        read(layer.weights, specs, which, inputs, outputs);
  }
  if (layer.batch_norm) {
    fold(weights,
         load_norm(layer.batch_norm->weights, layer.batch_norm->op, layer.output, outputs));
  }
  return weights;
}

LayerWeights Store::load_narrow(const graph::Graph& lowered, graph::LayerId id, Range inputs,
                                Range outputs) const {
  graph::Graph wide = lowered;
  wide.set_weights_type(graph::WeightsType::float32);
  LayerWeights weights = load(wide, id, {}, outputs);
  if (inputs.empty() || outputs.empty()) return weights;
  const Index at_once = std::max<Index>(1, most_floats / outputs.size());
  const auto for_rows = [&](const auto& use) {
    for (Index begin = inputs.begin; begin < inputs.end; begin += at_once) {
      const Range rows{begin, std::min(begin + at_once, inputs.end)};
      use(begin - inputs.begin, load(wide, id, rows, outputs).kernel.span());
    }
  };
  const graph::WeightsType type = lowered[id].weights_type;
  weights.narrow = graph::NarrowKernel(type, inputs.size(), outputs.size());
  if (type == graph::WeightsType::int8) {
    for_rows([&](Index, std::span<const float> rows) { weights.narrow.scale_for(rows); });
  }
  for_rows([&](Index first, std::span<const float> rows) { weights.narrow.set_rows(first, rows); });
  return weights;
}

void fold(LayerWeights& weights, const LayerWeights& scale_and_offset) {
  const std::span<const float> scales = scale_and_offset.kernel.span();
  const std::span<const float> offsets = scale_and_offset.bias.span();
  const std::size_t channels = scales.size();
  std::span<float> kernel = weights.kernel.span();
  for (std::size_t row = 0; row < kernel.size(); row += channels) {
    for (std::size_t c = 0; c < channels; ++c) kernel[row + c] *= scales[c];
  }
  if (weights.bias.size() == 0) {
    weights.bias = AlignedBuffer(channels);
    std::fill_n(weights.bias.data(), channels, 0.0F);
  }
  for (std::size_t c = 0; c < channels; ++c) {
    weights.bias.data()[c] = weights.bias.data()[c] * scales[c] + offsets[c];
  }
}

}  // namespace shoal::weights
