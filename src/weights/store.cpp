#include "shoal/weights/store.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "shoal/base/error.hpp"
#include "shoal/weights/shard.hpp"

namespace shoal::weights {
namespace {

using graph::WeightSpec;

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

/// Names become part of errors, which are one line and leave a terminal as it is.
void expect_printable(const std::string& file, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const bool is_printable = std::none_of(
        name.begin(), name.end(), [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; });
    if (!is_printable) {
      throw Error("{}: a name of a layer or weight has control characters: the file is damaged",
                  file);
    }
  }
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

Store::Store(const std::string& path, NotFinite not_finite,
             std::function<void(Bytes)> before_reading)
    : file_(path), not_finite_(not_finite), before_reading_(std::move(before_reading)), root_("/") {
  auto names = file_.strings("/", "layer_names");
  if (!names && file_.has("/model_weights")) {
    root_ = "/model_weights";
    names = file_.strings(root_, "layer_names");
  }
  if (!names) throw Error("{}: is not a weights file of Keras: no layer_names", path);
  layers_ = std::move(*names);
  expect_printable(path, layers_);
  for (const std::string& layer : layers_) {
    const auto weights = file_.strings(prefix() + layer, "weight_names");
    const std::vector<std::string> datasets = weights.value_or(std::vector<std::string>{});
    expect_printable(path, datasets);
    for (const std::string& name : datasets) {
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

std::vector<storage::Hyperslab> Store::hyperslabs(const Part& part) const {
  const std::vector<Range> held = place(part.dataset).held;
  std::vector<storage::Hyperslab> hyperslabs;
  for (std::size_t i = 0; i < part.ranges.size(); ++i) {
    if (i >= held.size() || !is_within(part.ranges[i], held[i])) {
      throw Error(
          "{}: holds not all that is needed of {}; a rank's shards are made for one plan: "
          "shoal weights shard makes those of another",
          path(), part.dataset);
    }
    hyperslabs.push_back({part.ranges[i].begin - held[i].begin, part.ranges[i].size()});
  }
  return hyperslabs;
}

void Store::read(const Part& part, std::span<float> to) const {
  if (!to.empty()) file_.read(part.dataset, hyperslabs(part), to);
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

Part Store::part(const std::string& layer, const std::vector<WeightSpec>& specs, std::size_t which,
                 Range inputs, Range outputs) const {
  return {find(layer, specs, which), specs[which].slice(inputs, outputs), layer,
          stem(specs[which].name)};
}

std::vector<Part> Store::parts(const graph::Graph& lowered, graph::LayerId id, Range inputs,
                               Range outputs) const {
  std::vector<Part> parts;
  const auto add = [&](const std::string& layer, const std::vector<WeightSpec>& specs, Range from) {
    for (std::size_t which = 0; which < specs.size(); ++which) {
      if (specs[which].kind == graph::WeightKind::kernel && from.empty()) continue;
      parts.push_back(part(layer, specs, which, from, outputs));
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

}  // namespace shoal::weights
