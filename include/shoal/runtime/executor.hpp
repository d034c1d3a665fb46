#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "shoal/graph/layer_weights.hpp"
#include "shoal/kernels/kernel.hpp"
#include "shoal/program/program.hpp"
#include "shoal/runtime/buffer_pool.hpp"
#include "shoal/tensor/tensor.hpp"

namespace shoal::runtime {

/// Gives the weights of a layer for a range of input and of output channels; an empty range of
/// inputs asks for the bias alone.
using WeightLoader =
    std::function<graph::LayerWeights(graph::LayerId layer, Range inputs, Range outputs)>;

/// One rank's walk through its program, but for the transfers: it stops at each of them and hands
/// out the buffers between which whoever runs it moves the data. Knows nothing of MPI.
class Executor {
 public:
  /// Loads the rank's own weights and prepares its kernels. `program` must outlive this.
  Executor(const program::Program& program, Rank rank, const WeightLoader& load);
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  ~Executor();

  /// Begins a frame; `frame` is given on the input rank only.
  void begin(const Tensor* frame);
  /// Computes up to the next transfer and names it, or to the end of the program.
  std::optional<program::TransferId> advance();
  /// This rank's box of the tensor that a transfer moves from; a view of nothing without one.
  [[nodiscard]] ConstView source(program::TransferId transfer) const;
  /// This rank's box of the tensor that a transfer makes, its buffer made on the first call.
  View target(program::TransferId transfer);
  /// The answer of the frame that came to its end, on the output rank.
  [[nodiscard]] const Tensor& answer() const { return answer_; }

  [[nodiscard]] Bytes weight_bytes() const;
  [[nodiscard]] Bytes activation_bytes() const { return pool_.bytes(); }

 private:
  struct Prepared;

  void prepare(const WeightLoader& load);
  View make(program::TensorId tensor);
  [[nodiscard]] ConstView held(program::TensorId tensor, const Box& box) const;

  void carry_out(const program::ReadFrame& step);
  void carry_out(const program::Compute& step);
  void carry_out(const program::Finish& step);
  void carry_out(const program::Transfer& step);
  void carry_out(const program::Release& step);
  void carry_out(const program::WriteResult& step);

  const program::Program& program_;
  Rank rank_;
  std::vector<std::unique_ptr<Prepared>> prepared_;  ///< by step
  AlignedBuffer workspace_;
  BufferPool pool_;
  std::map<program::TensorId, AlignedBuffer> buffers_;
  const Tensor* frame_ = nullptr;
  Tensor answer_;
  std::size_t next_ = 0;
};

}  // namespace shoal::runtime
