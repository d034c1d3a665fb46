#include "shoal/runtime/weight_cache.hpp"

namespace shoal::runtime {
namespace {

Bytes bytes_of(const graph::LayerWeights& weights) {
  return (weights.kernel.size() + weights.bias.size()) * sizeof(float);
}

}  // namespace

kernels::SharedWeights WeightCache::get(graph::LayerId layer, Range inputs, Range outputs) {
  const Key key{layer, inputs.begin, inputs.end, outputs.begin, outputs.end};
  const auto [place, is_new] = shards_.try_emplace(key);
  if (is_new) {
    place->second = std::make_shared<const graph::LayerWeights>(load_(layer, inputs, outputs));
    loaded_ += bytes_of(*place->second);
  }
  return place->second;
}

void WeightCache::drop_unused() {
  std::erase_if(shards_, [](const auto& shard) { return shard.second.use_count() == 1; });
}

Bytes WeightCache::bytes() const {
  Bytes bytes = 0;
  for (const auto& [key, weights] : shards_) bytes += bytes_of(*weights);
  return bytes;
}

}  // namespace shoal::runtime
