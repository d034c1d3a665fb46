#include "program/release.hpp"

#include <algorithm>
#include <set>

namespace shoal::program {
namespace {

struct TensorsOf {
  const Program& program;
  Rank rank;

  std::vector<TensorId> operator()(const ReadFrame& step) const { return {step.tensor}; }
  std::vector<TensorId> operator()(const Finish& step) const { return {step.tensor}; }
  std::vector<TensorId> operator()(const Release& step) const { return {step.tensor}; }
  std::vector<TensorId> operator()(const WriteResult& step) const { return {step.tensor}; }
  std::vector<TensorId> operator()(const Compute& step) const {
    std::vector<TensorId> tensors = {step.output};
    for (const Operand& input : step.inputs) {
      // An output that reads only padding has no buffer of its input.
      if (!input.box.empty()) tensors.push_back(input.tensor);
    }
    return tensors;
  }
  std::vector<TensorId> operator()(const Transfer& step) const {
    return held({program[step.id].from, program[step.id].to});
  }
  std::vector<TensorId> operator()(const Send& step) const {
    return held({program[step.id].from, program[step.id].to});
  }
  std::vector<TensorId> operator()(const Receive& step) const {
    return held({program[step.id].to});
  }
  [[nodiscard]] std::vector<TensorId> held(std::initializer_list<TensorId> tensors) const {
    std::vector<TensorId> result;
    for (const TensorId tensor : tensors) {
      if (program[tensor].layout.box_of(rank)) result.push_back(tensor);
    }
    return result;
  }
};

}  // namespace

std::vector<TensorId> tensors_of(const Program& program, Rank rank, const Step& step) {
  return std::visit(TensorsOf{program, rank}, step);
}

std::vector<TensorId> read_by(const Program& program, Rank rank, const Step& step) {
  std::vector<TensorId> tensors = tensors_of(program, rank, step);
  std::erase_if(tensors, [&](TensorId tensor) {
    if (const auto* compute = std::get_if<Compute>(&step)) return tensor == compute->output;
    if (const auto* transfer = std::get_if<Transfer>(&step))
      return tensor == program[transfer->id].to;
    if (const auto* send = std::get_if<Send>(&step)) return tensor == program[send->id].to;
    return std::holds_alternative<Receive>(step) || std::holds_alternative<ReadFrame>(step);
  });
  return tensors;
}

void release_after_last_use(Program& program) {
  for (int rank = 0; rank < program.ranks(); ++rank) {
    std::vector<Step>& steps = program.steps[static_cast<std::size_t>(rank)];
    std::vector<Step> reversed;
    std::set<TensorId> released;
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
      for (const TensorId tensor : tensors_of(program, {rank}, *step)) {
        if (released.insert(tensor).second) reversed.push_back(Release{tensor});
      }
      reversed.push_back(std::move(*step));
    }
    steps.assign(std::make_move_iterator(reversed.rbegin()),
                 std::make_move_iterator(reversed.rend()));
  }
}

}  // namespace shoal::program
