#pragma once

#include <functional>
#include <map>
#include <set>

#include "shoal/graph/graph.hpp"
#include "shoal/kernels/kernel.hpp"

namespace shoal::runtime {

/// The weights of a layer for a range of input and of output channels; an empty range of inputs is
/// the bias alone.
struct Shard {
  graph::LayerId layer;
  Range inputs;
  Range outputs;

  friend bool operator<(const Shard& a, const Shard& b) { return a.order() < b.order(); }

 private:
  [[nodiscard]] std::tuple<graph::LayerId, Index, Index, Index, Index> order() const {
    return {layer, inputs.begin, inputs.end, outputs.begin, outputs.end};
  }
};

/// Gives the weights of a shard.
using WeightLoader =
    std::function<graph::LayerWeights(graph::LayerId layer, Range inputs, Range outputs)>;

/// The shards that this rank holds, each once, whichever lanes or plans compute with it.
class WeightCache {
 public:
  /// @param budget by how much packed weights may be larger than loaded ones
  explicit WeightCache(WeightLoader load, Bytes budget = 0)
      : load_(std::move(load)), budget_(std::make_shared<kernels::MemoryBudget>(budget)) {}
  WeightCache(const WeightCache&) = delete;
  WeightCache& operator=(const WeightCache&) = delete;

  kernels::SharedWeights get(const Shard& shard);
  /// Drops all others. What is still computed with stays until nobody does.
  void keep(const std::set<Shard>& wanted);
  [[nodiscard]] Bytes bytes() const;
  /// All that was ever loaded.
  [[nodiscard]] Bytes loaded() const { return loaded_; }

 private:
  WeightLoader load_;
  std::shared_ptr<kernels::MemoryBudget> budget_;
  std::map<Shard, kernels::SharedWeights> shards_;
  Bytes loaded_ = 0;
};

}  // namespace shoal::runtime
