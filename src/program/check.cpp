#include "shoal/program/check.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include <fmt/core.h>

#include "shoal/program/text.hpp"

namespace shoal::program {
namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw std::logic_error("program: " + why);
}

/// Walks one rank's steps and keeps which buffers are there.
class BufferCheck {
 public:
  BufferCheck(const Program& program, Rank rank) : program_(program), rank_(rank) {}

  void operator()(const ReadFrame& step) { make(step.tensor); }
  void operator()(const Compute& step) {
    for (const Operand& input : step.inputs) {
      if (!input.box.empty()) read(input.tensor, input.box);
    }
    make(step.output);
    read(step.output, step.box);
  }
  void operator()(const Finish& step) { read(step.tensor, step.box); }
  void operator()(const Transfer& step) {
    const TransferInfo& transfer = program_[step.id];
    if (const auto box = program_[transfer.from].layout.box_of(rank_)) read(transfer.from, *box);
    if (program_[transfer.to].layout.box_of(rank_)) make(transfer.to);
  }
  void operator()(const Release& step) {
    if (held_.erase(step.tensor) == 0) fail("releases what it does not hold");
  }
  void operator()(const WriteResult& step) {
    read(step.tensor, Box::whole(program_.shape(step.tensor)));
  }

  void walk() {
    for (const Step& step : program_.of(rank_)) {
      step_ = &step;
      std::visit(*this, step);
    }
    if (!held_.empty()) fail("holds a buffer at the end");
  }

 private:
  [[noreturn]] void fail(const char* why) const {
    refuse(fmt::format("rank {} {}: {}", rank_.value, why, to_text(program_, rank_, *step_)));
  }
  void make(TensorId tensor) {
    const auto box = program_[tensor].layout.box_of(rank_);
    if (!box) fail("makes a tensor of which it holds nothing");
    if (!held_.emplace(tensor, *box).second) fail("makes a buffer twice");
  }
  void read(TensorId tensor, const Box& box) const {
    const auto buffer = held_.find(tensor);
    if (buffer == held_.end()) fail("reads what it does not hold");
    if (!buffer->second.contains(box)) fail("reads outside its buffer");
  }

  const Program& program_;
  Rank rank_;
  const Step* step_ = nullptr;
  std::map<TensorId, Box> held_;
};

/// All ranks meet transfers in ascending order of id, each just once: so the lowest one that is not
/// finished can always go on.
void check_order(const Program& program) {
  std::map<TransferId, std::set<Rank>> met;
  for (int rank = 0; rank < program.ranks(); ++rank) {
    const TransferId* last = nullptr;
    for (const Step& step : program.of({rank})) {
      const auto* transfer = std::get_if<Transfer>(&step);
      if (transfer == nullptr) continue;
      if (last != nullptr && transfer->id <= *last) refuse("transfers out of order");
      last = &transfer->id;
      met[transfer->id].insert({rank});
    }
  }
  for (std::size_t i = 0; i < program.transfers.size(); ++i) {
    const std::vector<Rank> expected = program.transfers[i].redistribution.participants();
    if (met[{i}] != std::set<Rank>(expected.begin(), expected.end())) {
      refuse(fmt::format("transfer {} without all of its participants", i));
    }
  }
}

bool tiles_exactly(const std::vector<Box>& pieces, const Box& whole) {
  Index volume = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (!whole.contains(pieces[i])) return false;
    volume += pieces[i].volume();
    for (std::size_t j = 0; j < i; ++j) {
      if (!intersect(pieces[i], pieces[j]).empty()) return false;
    }
  }
  return volume == whole.volume();
}

void check_moves(const Program& program, const TransferInfo& transfer) {
  const split::Redistribution& redistribution = transfer.redistribution;
  const split::Layout& source = program[transfer.from].layout;
  const split::Layout& target = program[transfer.to].layout;
  if (!(redistribution.source == source) || !(redistribution.target == target)) {
    refuse("a transfer between other layouts than its tensors'");
  }
  if (redistribution.is_collective()) return;
  for (const Rank rank : target.ranks) {
    const auto box = target.box_of(rank);
    if (!box) continue;
    std::vector<Box> pieces;
    if (const auto own = source.box_of(rank)) pieces.push_back(intersect(*own, *box));
    for (const split::Move& move : redistribution.moves) {
      if (!(move.to == rank)) continue;
      if (move.from == rank || !source.box_of(move.from).value_or(Box{}).contains(move.box)) {
        refuse("a move of what its sender does not have");
      }
      pieces.push_back(move.box);
    }
    if (!tiles_exactly(pieces, *box)) refuse("a transfer that leaves gaps or sends twice");
  }
}

/// What the ranks make of one tensor.
struct Making {
  std::vector<Box> outputs;
  std::vector<Box> inputs;
  bool complete = true;
};

void check_sums(const Program& program, graph::LayerId layer, const Making& making) {
  const Box whole =
      graph::input_box(program.graph.footprint(layer), Box::whole(program.graph[layer].output),
                       program.graph.input_shape(layer));
  if (!tiles_exactly(making.inputs, whole)) {
    refuse(program.graph[layer].name + ": summands that do not sum over everything once");
  }
}

void check_making(const Program& program) {
  std::map<TensorId, Making> makings;
  for (const auto& steps : program.steps) {
    for (const Step& step : steps) {
      const auto* compute = std::get_if<Compute>(&step);
      if (compute == nullptr) continue;
      Making& making = makings[compute->output];
      making.outputs.push_back(compute->box);
      making.inputs.push_back(compute->inputs.front().box);
      making.complete = making.complete && compute->complete;
    }
  }
  for (const auto& [tensor, making] : makings) {
    const graph::LayerId layer = program[tensor].layer;
    const Box whole = Box::whole(program.shape(tensor));
    const bool each_whole = std::all_of(making.outputs.begin(), making.outputs.end(),
                                        [&](const Box& box) { return box == whole; });
    if (!making.complete) {
      check_sums(program, layer, making);
    } else if (!each_whole && !tiles_exactly(making.outputs, whole)) {
      refuse(program.graph[layer].name + ": an output that is not made exactly once");
    }
  }
}

}  // namespace

void check(const Program& program) {
  for (int rank = 0; rank < program.ranks(); ++rank) BufferCheck(program, {rank}).walk();
  check_order(program);
  for (const TransferInfo& transfer : program.transfers) check_moves(program, transfer);
  check_making(program);
}

}  // namespace shoal::program
