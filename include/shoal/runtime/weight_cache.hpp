#pragma once

#include <functional>
#include <map>
#include <tuple>

#include "shoal/graph/graph.hpp"
#include "shoal/kernels/kernel.hpp"

namespace shoal::runtime {

/// Gives the weights of a layer for a range of input and of output channels; an empty range of
/// inputs asks for the bias alone.
using WeightLoader =
    std::function<graph::LayerWeights(graph::LayerId layer, Range inputs, Range outputs)>;

/// The shards that this rank holds, each once, whichever lanes or plans compute with it.
class WeightCache {
 public:
  explicit WeightCache(WeightLoader load) : load_(std::move(load)) {}

  kernels::SharedWeights get(graph::LayerId layer, Range inputs, Range outputs);
  /// Drops what nobody computes with any more.
  void drop_unused();
  [[nodiscard]] Bytes bytes() const;
  /// All that was ever loaded.
  [[nodiscard]] Bytes loaded() const { return loaded_; }

 private:
  using Key = std::tuple<graph::LayerId, Index, Index, Index, Index>;
  WeightLoader load_;
  std::map<Key, kernels::SharedWeights> shards_;
  Bytes loaded_ = 0;
};

}  // namespace shoal::runtime
