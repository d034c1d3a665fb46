#pragma once

#include <functional>
#include <map>
#include <memory>
#include <typeindex>

#include "shoal/base/units.hpp"
#include "shoal/graph/layer_weights.hpp"
#include "shoal/kernels/memory_budget.hpp"

namespace shoal::kernels {

/// The weights of a shard, for all kernels that compute with them. What one of them has rearranged
/// is there for the others too, and takes the place of the kernel as it was loaded. For one thread.
class Weights {
 public:
  using Load = std::function<graph::LayerWeights()>;

  Weights() = default;
  /// These, which stay whatever is made of them.
  explicit Weights(graph::LayerWeights loaded);
  /// Loads them at once, and again if they are asked for after they were rearranged.
  /// @param budget what kernels that need more memory share, or none that they may take
  explicit Weights(Load load, std::shared_ptr<MemoryBudget> budget = nullptr);
  Weights(const Weights&) = delete;
  Weights& operator=(const Weights&) = delete;
  ~Weights();

  [[nodiscard]] const AlignedBuffer& bias() const { return loaded_.bias; }
  /// As it is in LayerWeights. Stays until something is rearranged.
  [[nodiscard]] const AlignedBuffer& kernel();
  [[nodiscard]] std::size_t kernel_size() const { return kernel_size_; }

  /// In place of the kernel, of layers that have one.
  [[nodiscard]] const graph::NarrowKernel& narrow() const { return loaded_.narrow; }

  /// Whether there may be more of it by so many bytes. What is granted is theirs as long as they
  /// are.
  bool grow(Bytes bytes);
  template <typename Packed>
  [[nodiscard]] bool has(Index variant) const {
    return packed_.contains(Key{typeid(Packed), variant});
  }
  /// Result of `make` for the kernel, computed at the first call. `Packed` has bytes(); `variant`
  /// tells several of the same type apart.
  template <typename Packed, typename Make>
  std::shared_ptr<const Packed> packed(Index variant, const Make& make) {
    const Key key{typeid(Packed), variant};
    if (const auto found = packed_.find(key); found != packed_.end()) {
      return std::static_pointer_cast<const Packed>(found->second.value);
    }
    auto made = std::make_shared<const Packed>(make(kernel()));
    packed_.emplace(key, Form{made, made->bytes()});
    if (load_) loaded_.kernel = {};
    return made;
  }

  /// Of all that is held.
  [[nodiscard]] Bytes bytes() const;

 private:
  using Key = std::pair<std::type_index, Index>;
  struct Form {
    std::shared_ptr<const void> value;
    Bytes bytes = 0;
  };

  Load load_;
  std::shared_ptr<MemoryBudget> budget_;
  Bytes grown_ = 0;
  graph::LayerWeights loaded_;
  std::size_t kernel_size_ = 0;
  std::map<Key, Form> packed_;
};

/// Several kernels may compute with the same weights.
using SharedWeights = std::shared_ptr<Weights>;

}  // namespace shoal::kernels
