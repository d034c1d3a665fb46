#include "shoal/runtime/executor.hpp"

#include <algorithm>

#include "shoal/base/error.hpp"

#include "runtime/places.hpp"
#include "runtime/sums.hpp"

namespace shoal::runtime {

using program::Compute;
using program::Finish;
using program::ReadFrame;
using program::Release;
using program::Step;
using program::TensorId;
using program::TransferId;
using program::WriteResult;

namespace {

/// Of a step that has weights.
std::optional<Shard> shard_of(const graph::Graph& graph, const Step& step) {
  if (const auto* compute = std::get_if<Compute>(&step)) {
    if (graph.weights(compute->layer).empty()) return std::nullopt;
    return Shard{compute->layer, compute->inputs.front().box[Axis::channel],
                 compute->box[Axis::channel]};
  }
  if (const auto* finish = std::get_if<Finish>(&step)) {
    if (graph.weights(finish->layer).empty()) return std::nullopt;
    return Shard{finish->layer, {}, finish->box[Axis::channel]};
  }
  return std::nullopt;
}

/// Floats, 1 MB: what may still be in a core's cache when the next layer needs it.
constexpr std::size_t small_workspace = std::size_t{1} << 18U;

/// What an execution has borrowed already, or borrows now.
std::shared_ptr<AlignedBuffer> borrowed(std::weak_ptr<AlignedBuffer>& piece, BufferPool& pool,
                                        std::size_t floats) {
  std::shared_ptr<AlignedBuffer> memory = piece.lock();
  if (!memory) {
    memory = pool.acquire(floats);
    piece = memory;
  }
  return memory;
}

}  // namespace

std::set<Shard> shards(const program::Program& program, Rank rank) {
  std::set<Shard> shards;
  for (const Step& step : program.of(rank)) {
    if (const auto shard = shard_of(program.graph, step)) shards.insert(*shard);
  }
  return shards;
}

/// What a step needs that is made ready before the first frame: a kernel or, to finish sums, a
/// bias.
struct Executor::Prepared {
  std::unique_ptr<kernels::Kernel> kernel;
  kernels::SharedWeights bias;
  std::optional<Sum> sum = {};  ///< which the kernel makes as well
  bool done_before = false;     ///< a sum that another step's kernel makes
};

Executor::Executor(const program::Program& program, Rank rank, WeightCache& weights, Memory& memory,
                   const Machine& machine)
    : program_(program), rank_(rank), memory_(memory), machine_(machine) {
  const std::size_t count = program_.of(rank_).size();
  for (std::size_t i = 0; i < count; ++i) prepared_.push_back(std::make_unique<Prepared>());
  std::map<std::size_t, Sum> joined = sums(program_, rank_);
  for (std::size_t i = 0; i < count; ++i) {
    const auto sum = joined.find(i);
    if (sum != joined.end() && prepare_with_sum(i, sum->second, weights)) continue;
    joined.erase(i);
    if (!prepared_[i]->done_before) prepare(i, weights);
  }
  places_ = std::make_unique<const Places>(places(program_, rank_, joined, large_workspaces()));
}

Executor::~Executor() = default;

const kernels::Kernel* Executor::kernel(std::size_t step) const {
  return prepared_[step]->kernel.get();
}

void Executor::prepare(std::size_t number, WeightCache& weights) {
  const Step& step = program_.of(rank_)[number];
  const std::optional<Shard> shard = shard_of(program_.graph, step);
  if (const auto* compute = std::get_if<Compute>(&step)) {
    set_kernel(number,
               machine_.kernel(program_, *compute,
                               shard ? weights.get(*shard) : std::make_shared<kernels::Weights>()));
  } else if (shard) {
    prepared_[number]->bias = weights.get(*shard);
  }
}

bool Executor::prepare_with_sum(std::size_t number, const Sum& sum, WeightCache& weights) {
  const std::vector<Step>& steps = program_.of(rank_);
  const std::optional<Shard> shard = shard_of(program_.graph, steps[number]);
  if (!shard) return false;
  auto kernel = machine_.kernel_with_sum(program_, std::get<Compute>(steps[number]),
                                         std::get<Compute>(steps[sum.step]), weights.get(*shard));
  if (!kernel) return false;
  set_kernel(number, std::move(kernel));
  prepared_[number]->sum = sum;
  prepared_[sum.step]->done_before = true;
  return true;
}

void Executor::set_kernel(std::size_t number, std::unique_ptr<kernels::Kernel> kernel) {
  const std::size_t workspace = kernel->workspace();
  if (workspace <= small_workspace && workspace > memory_.workspace.size()) {
    memory_.workspace = AlignedBuffer(workspace);
  }
  prepared_[number]->kernel = std::move(kernel);
}

std::map<std::size_t, std::size_t> Executor::large_workspaces() const {
  std::map<std::size_t, std::size_t> floats;
  for (std::size_t i = 0; i < prepared_.size(); ++i) {
    const std::size_t workspace = prepared_[i]->kernel ? prepared_[i]->kernel->workspace() : 0;
    if (workspace > small_workspace) floats[i] = workspace;
  }
  return floats;
}

FrameExecution::FrameExecution(const Executor& executor, const Tensor* frame)
    : executor_(executor), program_(executor.program()), frame_(frame) {}

const Step& FrameExecution::step() {
  const Step& step = program_.of(executor_.rank_)[next_];
  std::visit([this](const auto& one) { carry_out(one); }, step);
  ++next_;
  return step;
}

const Step* FrameExecution::advance(std::size_t end) {
  while (next_ < end) {
    const Step& done = step();
    if (is_exchange(done)) return &done;
  }
  return nullptr;
}

const Step* FrameExecution::advance() {
  return advance(program_.of(executor_.rank_).size());
}

Box FrameExecution::box(TensorId tensor) const {
  return program_[tensor].layout.box_of(executor_.rank_).value_or(Box{});
}

View FrameExecution::make(TensorId tensor) {
  const auto within = executor_.places_->in_place.find(tensor);
  if (within != executor_.places_->in_place.end()) {
    return make(within->second).part(box(tensor).relative_to(box(within->second)));
  }
  const Shape shape = box(tensor).shape();
  const auto [place, is_new] = buffers_.try_emplace(tensor);
  if (is_new) {
    place->second = memory_of(tensor, addressable(shape.volume()));
  }
  return {place->second.data(), shape};
}

AlignedBuffer FrameExecution::memory_of(TensorId tensor, std::size_t floats) {
  const Places::Place& place = executor_.places_->of.at(tensor);
  const auto memory = place.piece == Piece::waiting ? waiting() : computing();
  return {memory->span().subspan(place.offset, floats), memory};
}

std::shared_ptr<AlignedBuffer> FrameExecution::waiting() {
  return borrowed(waiting_, executor_.memory_.waiting, executor_.places_->waiting);
}

std::shared_ptr<AlignedBuffer> FrameExecution::computing() {
  return borrowed(computing_, executor_.memory_.computing, executor_.places_->computing);
}

ConstView FrameExecution::held(TensorId tensor) const {
  const auto within = executor_.places_->in_place.find(tensor);
  if (within != executor_.places_->in_place.end()) {
    return held(within->second).part(box(tensor).relative_to(box(within->second)));
  }
  return {buffers_.at(tensor).data(), box(tensor).shape()};
}

ConstView FrameExecution::held(TensorId tensor, const Box& wanted) const {
  if (wanted.empty()) return {nullptr, wanted.shape()};
  return held(tensor).part(wanted.relative_to(box(tensor)));
}

ConstView FrameExecution::source(TransferId transfer) const {
  const split::Layout& moved = program_[transfer].redistribution.source;
  return held(program_[transfer].from, moved.box_of(executor_.rank_).value_or(Box{}));
}

View FrameExecution::target(TransferId transfer) {
  const TensorId to = program_[transfer].to;
  const auto moved = program_[transfer].redistribution.target.box_of(executor_.rank_);
  if (!moved) return {nullptr, Box{}.shape()};
  return make(to).part(moved->relative_to(box(to)));
}

void FrameExecution::carry_out(const ReadFrame& step) {
  const Shape& expected = program_.shape(step.tensor);
  if (frame_ == nullptr || !(frame_->shape() == expected)) {
    throw Error("the network takes frames of {}, got {}", to_string(expected),
                frame_ == nullptr ? "none" : to_string(frame_->shape()));
  }
  copy(frame_->view(), make(step.tensor));
}

void FrameExecution::carry_out(const Compute& step) {
  const Executor::Prepared& prepared = *executor_.prepared_[next_];
  if (prepared.done_before) return;
  const Compute* made = &step;
  std::vector<ConstView> inputs;
  for (const program::Operand& input : step.inputs) inputs.push_back(held(input.tensor, input.box));
  if (prepared.sum) {
    made = &std::get<Compute>(program_.of(executor_.rank_)[prepared.sum->step]);
    const program::Operand& other = made->inputs[prepared.sum->other];
    inputs.push_back(held(other.tensor, other.box));
  }
  const View output = make(made->output).part(made->box.relative_to(box(made->output)));
  const auto large = executor_.places_->workspaces.find(next_);
  if (large == executor_.places_->workspaces.end()) {
    prepared.kernel->run(inputs, output, executor_.memory_.workspace.span());
    return;
  }
  const std::shared_ptr<AlignedBuffer> memory = computing();
  prepared.kernel->run(inputs, output, memory->span().subspan(large->second));
}

void FrameExecution::carry_out(const Finish& step) {
  const kernels::SharedWeights& bias = executor_.prepared_[next_]->bias;
  executor_.machine_.finish(program_, step, make(step.tensor),
                            bias ? bias->bias().span() : std::span<const float>());
}

void FrameExecution::carry_out(const Release& step) {
  buffers_.erase(step.tensor);  // Not there: a summand that was never by itself.
}

void FrameExecution::carry_out(const WriteResult& step) {
  const ConstView result = held(step.tensor, Box::whole(program_.shape(step.tensor)));
  answer_ = Tensor(result.shape());
  copy(result, answer_.view());
}

bool is_exchange(const Step& step) {
  return std::holds_alternative<program::Transfer>(step) ||
         std::holds_alternative<program::Send>(step) ||
         std::holds_alternative<program::Receive>(step);
}

}  // namespace shoal::runtime
