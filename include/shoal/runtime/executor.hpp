#pragma once

#include <map>
#include <memory>
#include <set>
#include <vector>

#include "shoal/program/program.hpp"
#include "shoal/runtime/buffer_pool.hpp"
#include "shoal/runtime/machine.hpp"
#include "shoal/runtime/weight_cache.hpp"
#include "shoal/tensor/tensor.hpp"

namespace shoal::runtime {

/// Memory that all programs of a rank share: it computes one step at a time.
struct Memory {
  BufferPool waiting;    ///< for frames that other frames are computed before
  BufferPool computing;  ///< for the frame that is computed, and large workspaces of kernels
  /// Small ones, which may stay in the cache from one layer to the next.
  AlignedBuffer workspace;

  [[nodiscard]] Bytes activations() const { return waiting.bytes() + computing.bytes(); }
};

struct Places;
struct Sum;

/// Shards that a rank computes with in a program.
std::set<Shard> shards(const program::Program& program, Rank rank);

/// One rank's program made ready: weights loaded, kernels chosen. FrameExecutions carry it out.
class Executor {
 public:
  /// All of these must outlive this.
  Executor(const program::Program& program, Rank rank, WeightCache& weights, Memory& memory,
           const Machine& machine = this_machine());
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  ~Executor();

  [[nodiscard]] const program::Program& program() const { return program_; }
  [[nodiscard]] Rank rank() const { return rank_; }
  /// Kernel of a step; null of steps that compute nothing, and of an addition that the step before
  /// makes.
  [[nodiscard]] const kernels::Kernel* kernel(std::size_t step) const;

 private:
  friend class FrameExecution;
  struct Prepared;
  void prepare(std::size_t number, WeightCache& weights);
  bool prepare_with_sum(std::size_t number, const Sum& sum, WeightCache& weights);
  void set_kernel(std::size_t number, std::unique_ptr<kernels::Kernel> kernel);
  [[nodiscard]] std::map<std::size_t, std::size_t> large_workspaces() const;

  const program::Program& program_;
  Rank rank_;
  Memory& memory_;
  const Machine& machine_;
  std::vector<std::unique_ptr<Prepared>> prepared_;  ///< by step
  std::unique_ptr<const Places> places_;
};

/// One frame's way through a rank's program, but for the exchanges: it stops at each of them and
/// hands out the buffers between which whoever runs it moves the data. Knows nothing of MPI.
class FrameExecution {
 public:
  /// @param frame given on the input rank only; must live until it was read
  explicit FrameExecution(const Executor& executor, const Tensor* frame = nullptr);
  FrameExecution(const FrameExecution&) = delete;
  FrameExecution& operator=(const FrameExecution&) = delete;
  ~FrameExecution() = default;

  /// The index of the next step.
  [[nodiscard]] std::size_t next() const { return next_; }
  /// Carries out the next step. Where that is an exchange it does nothing but name it.
  const program::Step& step();
  /// Carries out the steps before `end` up to the next exchange and returns it, or null at `end`.
  const program::Step* advance(std::size_t end);
  /// The same to the end of the program.
  const program::Step* advance();

  /// This rank's box of what a transfer moves from; a view of nothing without one.
  [[nodiscard]] ConstView source(program::TransferId transfer) const;
  /// This rank's box of what a transfer makes, its buffer made on the first call.
  View target(program::TransferId transfer);
  /// The answer, on the output rank, after the last step.
  [[nodiscard]] const Tensor& answer() const { return answer_; }

 private:
  /// Box that this rank holds of a tensor at the moment.
  [[nodiscard]] Box box(program::TensorId tensor) const;
  View make(program::TensorId tensor);
  /// This rank's box of a tensor that is there.
  [[nodiscard]] ConstView held(program::TensorId tensor) const;
  AlignedBuffer memory_of(program::TensorId tensor, std::size_t floats);
  std::shared_ptr<AlignedBuffer> waiting();
  std::shared_ptr<AlignedBuffer> computing();
  [[nodiscard]] ConstView held(program::TensorId tensor, const Box& box) const;

  void carry_out(const program::ReadFrame& step);
  void carry_out(const program::Compute& step);
  void carry_out(const program::Finish& step);
  void carry_out(const program::Transfer& /*step*/) {}
  void carry_out(const program::Send& /*step*/) {}
  void carry_out(const program::Receive& /*step*/) {}
  void carry_out(const program::Release& step);
  void carry_out(const program::WriteResult& step);

  const Executor& executor_;
  const program::Program& program_;
  std::map<program::TensorId, AlignedBuffer> buffers_;
  /// Memory of this frame's tensors, while any of its buffers exists.
  std::weak_ptr<AlignedBuffer> waiting_;
  std::weak_ptr<AlignedBuffer> computing_;
  const Tensor* frame_;
  Tensor answer_;
  std::size_t next_ = 0;
};

/// Whether ranks exchange something in a step.
bool is_exchange(const program::Step& step);

}  // namespace shoal::runtime
