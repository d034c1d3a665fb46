#include "shoal/runtime/weight_cache.hpp"

namespace shoal::runtime {

kernels::SharedWeights WeightCache::get(const Shard& shard) {
  const auto found = shards_.find(shard);
  if (found != shards_.end()) return found->second;
  auto weights = std::make_shared<kernels::Weights>(
      [this, shard] {
        graph::LayerWeights loaded = load_(shard.layer, shard.inputs, shard.outputs);
        loaded_ += loaded.bytes();
        return loaded;
      },
      budget_);
  return shards_.emplace(shard, std::move(weights)).first->second;
}

void WeightCache::keep(const std::set<Shard>& wanted) {
  std::erase_if(shards_, [&](const auto& held) { return !wanted.contains(held.first); });
}

Bytes WeightCache::bytes() const {
  Bytes bytes = 0;
  for (const auto& [key, weights] : shards_) bytes += weights->bytes();
  return bytes;
}

}  // namespace shoal::runtime
