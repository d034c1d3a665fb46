#include <algorithm>
#include <cmath>
#include <limits>

#include "shoal/base/error.hpp"
#include "shoal/base/finite.hpp"
#include "shoal/weights/shard.hpp"
#include "shoal/weights/store.hpp"

namespace shoal::weights {
namespace {

using graph::LayerWeights;
using graph::WeightKind;
using graph::WeightSpec;

/// So many are read, or rounded, at once.
constexpr Index most_floats = 1 << 20;

Index rows_at_once(Index floats_of_row) {
  return std::max<Index>(1, most_floats / floats_of_row);
}

Index volume(const std::vector<Range>& ranges) {
  Index product = 1;
  for (const Range range : ranges) product *= range.size();
  return product;
}

constexpr float infinity = std::numeric_limits<float>::infinity();
/// Halfway between float16's largest number, 65504, and the next one if it had one: rounded up.
constexpr float beyond_float16 = 65520.0F;

/// `3, 0, 17`: where in the whole weight the element of a part is.
std::string index_text(const std::vector<Range>& ranges, std::size_t element) {
  auto rest = static_cast<Index>(element);
  std::string text;
  for (std::size_t axis = ranges.size(); axis-- > 0;) {
    const Index at = ranges[axis].begin + rest % ranges[axis].size();
    rest /= ranges[axis].size();
    text = fmt::format("{}{}{}", at, text.empty() ? "" : ", ", text);
  }
  return text;
}

/// Rows of outputs, each output times its scale. The output channel is the fastest axis of every
/// kernel of Keras's.
void scale_rows(std::span<float> rows, std::span<const float> scales) {
  for (std::size_t row = 0; row < rows.size(); row += scales.size()) {
    for (std::size_t c = 0; c < scales.size(); ++c) rows[row + c] *= scales[c];
  }
}

/// Works a scale and an offset for each output into the bias, made where there is none.
void fold(AlignedBuffer& bias, const LayerWeights& scale_and_offset) {
  const std::span<const float> offsets = scale_and_offset.bias.span();
  if (bias.size() == 0) {
    bias = AlignedBuffer(offsets.size());
    std::fill_n(bias.data(), bias.size(), 0.0F);
  }
  const std::span<const float> scales = scale_and_offset.kernel.span();
  for (std::size_t c = 0; c < offsets.size(); ++c) {
    bias.data()[c] = bias.data()[c] * scales[c] + offsets[c];
  }
}

/// Of a layer with weights.
std::size_t place_of_kernel(const std::vector<WeightSpec>& specs) {
  const auto found = std::find_if(specs.begin(), specs.end(), [](const WeightSpec& spec) {
    return spec.kind == WeightKind::kernel;
  });
  return static_cast<std::size_t>(found - specs.begin());
}

}  // namespace

void Store::expect_below(float limit, const Part& part, std::span<const float> values,
                         const std::string& change) const {
  if (not_finite_ == NotFinite::allow) return;
  const std::optional<std::size_t> found = first_beyond(values, limit);
  if (!found) return;
  throw Error("{}: layer {}, {}: {} at ({}){}; --allow-nan computes with it", path(), part.layer,
              part.role, values[*found], index_text(part.ranges, *found), change);
}

template <typename Use>
void Store::by_rows(const Part& part, std::span<float> values, const Use& use) const {
  if (values.empty()) return;
  const Range all = part.ranges.front();
  const auto row = values.size() / static_cast<std::size_t>(all.size());
  const Index at_once = rows_at_once(static_cast<Index>(row));
  Part some = part;
  for (Index begin = all.begin; begin < all.end; begin += at_once) {
    some.ranges.front() = {begin, std::min(begin + at_once, all.end)};
    const std::size_t count = row * static_cast<std::size_t>(some.ranges.front().size());
    if (before_reading_) before_reading_(count * sizeof(float));
    use(some, values.first(count));
    values = values.subspan(count);
  }
}

AlignedBuffer Store::load(const Part& part) const {
  AlignedBuffer buffer(addressable(volume(part.ranges)));
  by_rows(part, buffer.span(), [this](const Part& rows, std::span<float> values) {
    read(rows, values);
    expect_below(infinity, rows, values, "");
  });
  return buffer;
}

AlignedBuffer Store::load_or_map(const Part& part) const {
  if (volume(part.ranges) > 0 && file_.numbers(part.dataset, shard_whole)) {
    if (auto mapped = file_.map(part.dataset, hyperslabs(part))) {
      // What is looked at is read.
      by_rows(part, mapped->span(), [this](const Part& rows, std::span<float> values) {
        expect_below(infinity, rows, values, "");
      });
      return std::move(*mapped);
    }
  }
  return load(part);
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
    const AlignedBuffer values = load(part(layer, specs, which, channels, channels));
    std::vector<double>& to = specs[which].kind == WeightKind::gamma         ? gamma
                              : specs[which].kind == WeightKind::beta        ? beta
                              : specs[which].kind == WeightKind::moving_mean ? mean
                                                                             : variance;
    std::copy(values.span().begin(), values.span().end(), to.begin());
  }
  for (std::size_t c = 0; c < count; ++c) {
    const double scale = gamma[c] / std::sqrt(variance[c] + static_cast<double>(op.epsilon));
    result.kernel.data()[c] = static_cast<float>(scale);
    result.bias.data()[c] = static_cast<float>(beta[c] - mean[c] * scale);
    const bool is_finite =
        std::isfinite(result.kernel.data()[c]) && std::isfinite(result.bias.data()[c]);
    if (is_finite || not_finite_ == NotFinite::allow) continue;
    throw Error(
        "{}: layer {}: channel {} would be multiplied by {} and then {} added, by a variance of {} "
        "and an epsilon of {}; --allow-nan computes with it",
        path(), layer, channels.begin + static_cast<Index>(c), result.kernel.data()[c],
        result.bias.data()[c], variance[c], op.epsilon);
  }
  return result;
}

LayerWeights Store::load(const graph::Graph& lowered, graph::LayerId id, Range inputs,
                         Range outputs) const {
  const graph::Layer& layer = lowered[id];
  if (const auto* norm = std::get_if<graph::BatchNorm>(&layer.op)) {
    return load_norm(layer.weights, *norm, layer.output, outputs);
  }
  const std::vector<WeightSpec> specs = lowered.weights(id);
  const std::size_t kernel = place_of_kernel(specs);
  LayerWeights weights;
  for (std::size_t which = 0; which < specs.size(); ++which) {
    if (which == kernel) continue;
    weights.bias = load(part(layer.weights, specs, which, inputs, outputs));
  }
  LayerWeights norm;
  std::string folded;
  if (layer.batch_norm) {
    folded = fmt::format(" with the batch normalisation {} folded in", layer.batch_norm->weights);
    norm = load_norm(layer.batch_norm->weights, layer.batch_norm->op, layer.output, outputs);
    fold(weights.bias, norm);
    expect_below(infinity, {{}, {outputs}, layer.weights, "bias"}, weights.bias.span(), folded);
  }
  if (inputs.empty()) return weights;
  const Part all = part(layer.weights, specs, kernel, inputs, outputs);
  if (layer.weights_type != graph::WeightsType::float32) {
    weights.narrow = load_narrow(layer.weights_type, all, norm.kernel.span(), folded);
  } else if (layer.batch_norm) {
    weights.kernel = load(all);
    scale_rows(weights.kernel.span(), norm.kernel.span());
    expect_below(infinity, all, weights.kernel.span(), folded);
  } else {
    weights.kernel = load_or_map(all);
  }
  return weights;
}

graph::NarrowKernel Store::load_narrow(graph::WeightsType type, const Part& kernel,
                                       std::span<const float> scales,
                                       const std::string& folded) const {
  const Range inputs = kernel.ranges.front();
  const Range outputs = kernel.ranges.back();
  graph::NarrowKernel narrow(type, inputs.size(), outputs.size());
  if (outputs.empty()) return narrow;
  const bool is_half = type == graph::WeightsType::float16;
  float limit = infinity;
  if (is_half) limit = beyond_float16;
  const std::string change =
      folded + (is_half ? ", beyond float16's range, 65504: give another --weights-dtype" : "");
  const Index at_once = rows_at_once(outputs.size());
  const auto for_rows = [&](const auto& use) {
    for (Index begin = inputs.begin; begin < inputs.end; begin += at_once) {
      const Range rows{begin, std::min(begin + at_once, inputs.end)};
      Part part = kernel;
      part.ranges.front() = rows;
      AlignedBuffer some = load(part);
      if (!scales.empty()) scale_rows(some.span(), scales);
      expect_below(limit, part, some.span(), change);
      use(begin - inputs.begin, some.span());
    }
  };
  if (type == graph::WeightsType::int8) {
    for_rows([&](Index, std::span<const float> rows) { narrow.scale_for(rows); });
  }
  for_rows([&](Index first, std::span<const float> rows) { narrow.set_rows(first, rows); });
  return narrow;
}

}  // namespace shoal::weights
