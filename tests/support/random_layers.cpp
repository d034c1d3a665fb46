#include "support/random_layers.hpp"

#include <algorithm>

#include "shoal/base/error.hpp"

namespace shoal::testing {
namespace {

using namespace graph;

Sliding random_sliding(Random& random, bool three_dimensions) {
  Sliding sliding;
  const Index kernel = random.pick(std::vector<Index>{1, 1, 2, 3, 3, 3, 4, 5, 7, 11});
  const Index stride = random.pick(std::vector<Index>{1, 1, 1, 2, 3, 4});
  const Index dilation = stride == 1 && kernel <= 5 ? random.between(1, 3) : 1;
  sliding.kernel = {1, kernel, random.chance(80) ? kernel : random.between(1, 5)};
  sliding.stride = {1, stride, random.chance(80) ? stride : random.between(1, 4)};
  sliding.dilation = {1, dilation, random.chance(80) ? dilation : random.between(1, 2)};
  if (three_dimensions) {
    sliding.kernel.depth = random.between(1, 4);
    sliding.stride.depth = random.between(1, 2);
    sliding.dilation.depth = random.between(1, 2);
  }
  sliding.padding = random.chance(50) ? Padding::same : Padding::valid;
  if (random.chance(20)) {
    sliding.padding = Padding::valid;
    sliding.dilation = {};
    for (Spatial* zeros : {&sliding.before, &sliding.after}) {
      *zeros = {0, random.between(0, std::min<Index>(3, sliding.kernel.height - 1)),
                random.between(0, std::min<Index>(3, sliding.kernel.width - 1))};
    }
  }
  return sliding;
}

Op random_op(Random& random, Index channels, bool three_dimensions) {
  const int dimensions = three_dimensions ? 3 : 2;
  const Sliding sliding = random_sliding(random, three_dimensions);
  switch (random.between(0, 11)) {
    case 0: {
      DepthwiseConv op;
      op.sliding = random_sliding(random, false);
      op.multiplier = random.between(1, 3);
      op.bias = random.chance(50);
      return op;
    }
    case 1: {
      Pool op;
      op.pool = random.chance(50) ? PoolKind::max : PoolKind::average;
      op.sliding = sliding;
      // A window that finds nothing but padding has no maximum.
      op.sliding.dilation = {};
      op.sliding.before = op.sliding.after = {0, 0, 0};
      op.dimensions = dimensions;
      return op;
    }
    case 2:
      return GlobalPool{{}, random.chance(50) ? PoolKind::max : PoolKind::average, dimensions};
    case 3:
      return BatchNorm{};
    case 4:
      return Lrn{{}, random.pick(std::vector<Index>{1, 3, 5}), 1.0F, 0.5F, 0.75F};
    case 5:
      return random.chance(50) ? Op(Identity{}) : Op(Softmax{});
    case 6: {
      ZeroPad op;
      op.before = {three_dimensions ? random.between(0, 2) : 0, random.between(0, 3),
                   random.between(0, 3)};
      op.after = {three_dimensions ? random.between(0, 2) : 0, random.between(0, 3),
                  random.between(0, 3)};
      return op;
    }
    default: {
      Conv op;
      op.sliding = sliding;
      op.dimensions = dimensions;
      op.groups = channels % 2 == 0 && random.chance(20) ? 2 : 1;
      op.filters = op.groups * random.between(1, 6);
      op.bias = random.chance(70);
      return op;
    }
  }
}

}  // namespace

RandomLayer random_layer(Random& random) {
  while (true) {
    if (random.chance(12)) {
      Dense dense;
      dense.units = random.between(1, 40);
      dense.bias = random.chance(70);
      return {dense, Shape::features(random.between(1, 60))};
    }
    const bool three_dimensions = random.chance(30);
    const Index channels = random.between(1, 8);
    const Shape input = Shape::clip(three_dimensions ? random.between(1, 7) : 1,
                                    random.between(1, 16), random.between(1, 16), channels);
    const Op op = random_op(random, channels, three_dimensions);
    if (three_dimensions && std::holds_alternative<DepthwiseConv>(op)) continue;
    try {
      const Shape output = std::visit([&](const auto& one) { return one.output({&input, 1}); }, op);
      if (output.volume() > 0) return {op, input};
    } catch (const Error&) {
      // The window does not fit this input: another one.
    }
  }
}

std::vector<LayerWeights> random_weights(const Graph& graph, Random& random) {
  std::vector<LayerWeights> all;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    LayerWeights& weights = all.emplace_back();
    const auto specs = graph.weights({i});
    const auto channels = static_cast<std::size_t>(graph.layers()[i].output[Axis::channel]);
    if (std::holds_alternative<BatchNorm>(graph.layers()[i].op)) {
      weights.kernel = AlignedBuffer(channels);
      weights.bias = AlignedBuffer(channels);
    } else {
      for (const WeightSpec& spec : specs) {
        AlignedBuffer& buffer = spec.kind == WeightKind::kernel ? weights.kernel : weights.bias;
        buffer = AlignedBuffer(static_cast<std::size_t>(spec.volume()));
      }
    }
    random.fill(weights.kernel.span());
    random.fill(weights.bias.span());
  }
  return all;
}

namespace {

/// The part of a row-major array in `ranges`.
AlignedBuffer slice_array(const AlignedBuffer& whole, const std::vector<Index>& extents,
                          const std::vector<Range>& ranges) {
  Index volume = 1;
  for (const Range range : ranges) volume *= range.size();
  AlignedBuffer part(static_cast<std::size_t>(volume));
  for (Index i = 0; i < volume; ++i) {
    Index rest = i;
    Index offset = 0;
    Index stride = 1;
    for (std::size_t axis = extents.size(); axis-- > 0;) {
      offset += (ranges[axis].begin + rest % ranges[axis].size()) * stride;
      rest /= ranges[axis].size();
      stride *= extents[axis];
    }
    part.data()[i] = whole.data()[offset];
  }
  return part;
}

}  // namespace

LayerWeights slice(const Graph& graph, LayerId layer, const LayerWeights& whole, Range inputs,
                   Range outputs) {
  LayerWeights part;
  if (std::holds_alternative<BatchNorm>(graph[layer].op)) {
    const Index channels = graph[layer].output[Axis::channel];
    part.kernel = slice_array(whole.kernel, {channels}, {outputs});
    part.bias = slice_array(whole.bias, {channels}, {outputs});
    return part;
  }
  for (const WeightSpec& spec : graph.weights(layer)) {
    const bool is_kernel = spec.kind == WeightKind::kernel;
    (is_kernel ? part.kernel : part.bias) = slice_array(
        is_kernel ? whole.kernel : whole.bias, spec.extents(), spec.slice(inputs, outputs));
  }
  const graph::WeightsType type = graph[layer].weights_type;
  if (type != graph::WeightsType::float32 && part.kernel.size() > 0) {
    part.narrow = graph::NarrowKernel(type, inputs.size(), outputs.size());
    part.narrow.scale_for(part.kernel.span());
    part.narrow.set_rows(0, part.kernel.span());
    part.kernel = {};
  }
  return part;
}

}  // namespace shoal::testing
