#include "shoal/runtime/executor.hpp"

#include <algorithm>
#include <stdexcept>

#include "shoal/base/error.hpp"

namespace shoal::runtime {

using program::Compute;
using program::Finish;
using program::ReadFrame;
using program::Release;
using program::Step;
using program::TensorId;
using program::Transfer;
using program::TransferId;
using program::WriteResult;

/// What a step needs that is made ready before the first frame: a kernel or, to finish sums, a
/// bias.
struct Executor::Prepared {
  std::unique_ptr<kernels::Kernel> kernel;
  AlignedBuffer bias;
};

Executor::Executor(const program::Program& program, Rank rank, const WeightLoader& load)
    : program_(program), rank_(rank) {
  prepare(load);
}

Executor::~Executor() = default;

void Executor::prepare(const WeightLoader& load) {
  const graph::Graph& graph = program_.graph;
  std::size_t workspace = 0;
  for (const Step& step : program_.of(rank_)) {
    auto& prepared = prepared_.emplace_back();
    if (const auto* compute = std::get_if<Compute>(&step)) {
      kernels::Task task{&graph[compute->layer],
                         graph.input_shapes(compute->layer),
                         {},
                         compute->box,
                         compute->complete};
      for (const program::Operand& input : compute->inputs) task.inputs.push_back(input.box);
      graph::LayerWeights weights;
      if (!graph.weights(compute->layer).empty()) {
        weights =
            load(compute->layer, task.inputs.front()[Axis::channel], task.output[Axis::channel]);
      }
      prepared = std::make_unique<Prepared>();
      prepared->kernel = kernels::make_kernel(task, std::move(weights));
      workspace = std::max(workspace, prepared->kernel->workspace());
    } else if (const auto* finish = std::get_if<Finish>(&step)) {
      prepared = std::make_unique<Prepared>();
      if (!graph.weights(finish->layer).empty()) {
        prepared->bias = load(finish->layer, {}, finish->box[Axis::channel]).bias;
      }
    }
  }
  workspace_ = AlignedBuffer(workspace);
}

void Executor::begin(const Tensor* frame) {
  frame_ = frame;
  next_ = 0;
}

std::optional<TransferId> Executor::advance() {
  const std::vector<Step>& steps = program_.of(rank_);
  while (next_ < steps.size()) {
    const Step& step = steps[next_];
    if (const auto* transfer = std::get_if<Transfer>(&step)) {
      ++next_;
      return transfer->id;
    }
    std::visit([this](const auto& one) { carry_out(one); }, step);
    ++next_;
  }
  return std::nullopt;
}

View Executor::make(TensorId tensor) {
  const Shape shape = program_[tensor].layout.box_of(rank_).value_or(Box{}).shape();
  const auto [place, is_new] = buffers_.try_emplace(tensor);
  if (is_new) place->second = pool_.take(static_cast<std::size_t>(shape.volume()));
  return {place->second.data(), shape};
}

ConstView Executor::held(TensorId tensor, const Box& box) const {
  if (box.empty()) return {nullptr, box.shape()};
  const Box own = program_[tensor].layout.box_of(rank_).value();
  const ConstView whole(buffers_.at(tensor).data(), own.shape());
  return whole.part(box.relative_to(own));
}

ConstView Executor::source(TransferId transfer) const {
  const TensorId from = program_[transfer].from;
  return held(from, program_[from].layout.box_of(rank_).value_or(Box{}));
}

View Executor::target(TransferId transfer) {
  const TensorId to = program_[transfer].to;
  if (!program_[to].layout.box_of(rank_)) return {nullptr, Box{}.shape()};
  return make(to);
}

void Executor::carry_out(const ReadFrame& step) {
  const Shape& expected = program_.shape(step.tensor);
  if (frame_ == nullptr || !(frame_->shape() == expected)) {
    throw Error("the network takes frames of {}, got {}", to_string(expected),
                frame_ == nullptr ? "none" : to_string(frame_->shape()));
  }
  copy(frame_->view(), make(step.tensor));
}

void Executor::carry_out(const Compute& step) {
  std::vector<ConstView> inputs;
  for (const program::Operand& input : step.inputs) inputs.push_back(held(input.tensor, input.box));
  prepared_[next_]->kernel->run(inputs, make(step.output), workspace_.span());
}

void Executor::carry_out(const Finish& step) {
  kernels::finish(make(step.tensor), prepared_[next_]->bias.span(),
                  program_.graph[step.layer].activation);
}

void Executor::carry_out(const Transfer& /*step*/) {
  throw std::logic_error("a transfer is not the executor's to carry out");
}

void Executor::carry_out(const Release& step) {
  const auto found = buffers_.find(step.tensor);
  pool_.give_back(std::move(found->second));
  buffers_.erase(found);
}

void Executor::carry_out(const WriteResult& step) {
  const ConstView result = held(step.tensor, Box::whole(program_.shape(step.tensor)));
  if (!(answer_.shape() == result.shape())) answer_ = Tensor(result.shape());
  copy(result, answer_.view());
}

Bytes Executor::weight_bytes() const {
  Bytes bytes = 0;
  for (const auto& prepared : prepared_) {
    if (!prepared) continue;
    if (prepared->kernel) bytes += prepared->kernel->weight_bytes();
    bytes += prepared->bias.size() * sizeof(float);
  }
  return bytes;
}

}  // namespace shoal::runtime
