#include "program/check_layers.hpp"

#include <set>
#include <stdexcept>

#include <fmt/core.h>

#include "shoal/program/text.hpp"

namespace shoal::program {
namespace {

/// Walks one rank's steps.
class LayerCheck {
 public:
  LayerCheck(const Program& program, const std::set<TensorId>& sums, Rank rank)
      : program_(program), sums_(sums), rank_(rank) {}

  void operator()(const ReadFrame& step) {
    const graph::LayerId layer = program_[step.tensor].layer;
    const bool is_frame = std::holds_alternative<graph::Input>(program_.graph[layer].op);
    if (!is_frame || rank_ != program_.input_rank || ++frames_ > 1)
      fail("takes no or another frame");
  }
  void operator()(const Compute& step) {
    if (program_[step.output].layer != step.layer) fail("makes another layer's output");
    if (program_[step.output].layout.partial == step.complete) fail("mistakes summands for a sum");
    const graph::Layer& layer = program_.graph[step.layer];
    if (step.inputs.size() != layer.inputs.size()) fail("computes from too many or too few inputs");
    for (std::size_t i = 0; i < step.inputs.size(); ++i) {
      const TensorInfo& input = program_[step.inputs[i].tensor];
      if (input.layer != layer.inputs[i]) fail("computes from another layer's output");
      if (input.layout.partial) fail("computes from summands");
      read(step.inputs[i].tensor);
    }
  }
  void operator()(const Finish& step) {
    const bool is_own = program_[step.tensor].layer == step.layer && sums_.contains(step.tensor);
    const auto held = program_[step.tensor].layout.box_of(rank_);
    if (!is_own || held != step.box) fail("finishes something else than its part of a sum");
    if (!finished_.insert(step.tensor).second) fail("finishes a sum twice");
  }
  void operator()(const Transfer& step) { read(program_[step.id].from); }
  void operator()(const Send& step) { read(program_[step.id].from); }
  void operator()(const Receive& /*step*/) {}
  void operator()(const Release& /*step*/) {}
  void operator()(const WriteResult& step) {
    const bool is_answer = program_[step.tensor].layer == program_.graph.output();
    if (!is_answer || rank_ != program_.output_rank || ++answers_ > 1) fail("gives no answer");
    read(step.tensor);
  }

  void walk() {
    for (const Step& step : program_.of(rank_)) {
      step_ = &step;
      std::visit(*this, step);
    }
    if ((frames_ == 1) != (rank_ == program_.input_rank) ||
        (answers_ == 1) != (rank_ == program_.output_rank)) {
      throw std::logic_error(fmt::format(
          "program: rank {} does not take the frame or give the answer once", rank_.value));
    }
  }

 private:
  [[noreturn]] void fail(const char* why) const {
    throw std::logic_error(
        fmt::format("program: rank {} {}: {}", rank_.value, why, to_text(program_, rank_, *step_)));
  }
  void read(TensorId tensor) const {
    const bool raw = sums_.contains(tensor) && !finished_.contains(tensor);
    if (raw && program_[tensor].layout.box_of(rank_)) fail("reads a sum that is not finished");
  }

  const Program& program_;
  const std::set<TensorId>& sums_;  ///< tensors whose elements wait for a Finish
  Rank rank_;
  const Step* step_ = nullptr;
  std::set<TensorId> finished_;
  int frames_ = 0;
  int answers_ = 0;
};

/// What comes of adding summands up, where the layer has a bias or an activation.
std::set<TensorId> sums_to_finish(const Program& program) {
  std::set<TensorId> sums;
  for (const TransferInfo& transfer : program.transfers) {
    const graph::LayerId layer = program[transfer.from].layer;
    const bool linear = program.graph[layer].activation == graph::Activation::linear;
    if (!program[transfer.from].layout.partial) continue;
    if (!linear || !program.graph.weights(layer).empty()) sums.insert(transfer.to);
  }
  return sums;
}

}  // namespace

void check_layers(const Program& program) {
  const std::set<TensorId> sums = sums_to_finish(program);
  for (int rank = 0; rank < program.ranks(); ++rank) LayerCheck(program, sums, {rank}).walk();
}

}  // namespace shoal::program
