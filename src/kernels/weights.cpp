#include "shoal/kernels/weights.hpp"

#include <utility>

namespace shoal::kernels {
namespace {

std::size_t kernel_size_of(const graph::LayerWeights& loaded) {
  return loaded.kernel.size() +
         static_cast<std::size_t>(loaded.narrow.inputs() * loaded.narrow.outputs());
}

}  // namespace

Weights::Weights(graph::LayerWeights loaded)
    : loaded_(std::move(loaded)), kernel_size_(kernel_size_of(loaded_)) {}

Weights::Weights(Load load, std::shared_ptr<MemoryBudget> budget)
    : load_(std::move(load)),
      budget_(std::move(budget)),
      loaded_(load_()),
      kernel_size_(kernel_size_of(loaded_)) {}

Weights::~Weights() {
  if (budget_) budget_->give_back(grown_);
}

bool Weights::grow(Bytes bytes) {
  if (!budget_ || !budget_->take(bytes)) return false;
  grown_ += bytes;
  return true;
}

const AlignedBuffer& Weights::kernel() {
  if (loaded_.kernel.size() < kernel_size_) loaded_.kernel = load_().kernel;
  return loaded_.kernel;
}

Bytes Weights::bytes() const {
  Bytes bytes = loaded_.bytes();
  for (const auto& [key, form] : packed_) bytes += form.bytes;
  return bytes;
}

}  // namespace shoal::kernels
