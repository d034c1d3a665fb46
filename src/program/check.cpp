#include "shoal/program/check.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include <fmt/core.h>

#include "shoal/program/text.hpp"

#include "program/check_layers.hpp"
#include "program/check_outputs.hpp"

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
    begin(step.output);
    fill(step.output, step.box);
  }
  void operator()(const Finish& step) { read(step.tensor, step.box); }
  void operator()(const Transfer& step) {
    const TransferInfo& transfer = program_[step.id];
    if (const auto box = program_[transfer.from].layout.box_of(rank_)) read(transfer.from, *box);
    if (program_[transfer.to].layout.box_of(rank_)) make(transfer.to);
  }
  void operator()(const Send& step) {
    const TransferInfo& transfer = program_[step.id];
    const split::Redistribution& moved = transfer.redistribution;
    const Box source = moved.source.box_of(rank_).value_or(Box{});
    for (const split::Move& move : moved.moves) {
      if (move.from == rank_) read(transfer.from, move.box);
    }
    const Box kept = intersect(source, moved.target.box_of(rank_).value_or(Box{}));
    if (kept.empty()) return;
    read(transfer.from, kept);
    begin(transfer.to);
    fill(transfer.to, kept);
  }
  void operator()(const Receive& step) {
    const TensorId tensor = program_[step.id].to;
    begin(tensor);
    for (const split::Move& move : program_[step.id].redistribution.moves) {
      if (move.to == rank_) fill(tensor, move.box);
    }
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
  /// All of a buffer at once.
  void make(TensorId tensor) {
    if (held_.contains(tensor)) fail("makes a buffer twice");
    begin(tensor);
    fill(tensor, held_.at(tensor).box);
  }
  /// A buffer that is there before it is full.
  void begin(TensorId tensor) {
    const auto box = program_[tensor].layout.box_of(rank_);
    if (!box) fail("makes a tensor of which it holds nothing");
    held_.try_emplace(tensor, Buffer{*box, {*box}});
  }
  void fill(TensorId tensor, const Box& box) {
    Buffer& buffer = held_.at(tensor);
    if (!buffer.box.contains(box)) fail("makes what is outside its buffer");
    Index missing = 0;
    std::vector<Box> left;
    for (const Box& piece : buffer.missing) {
      missing += intersect(piece, box).volume();
      for (const Box& rest : subtract(piece, box)) left.push_back(rest);
    }
    if (missing != box.volume()) fail("makes elements twice");
    buffer.missing = std::move(left);
  }
  void read(TensorId tensor, const Box& box) const {
    const auto buffer = held_.find(tensor);
    if (buffer == held_.end()) fail("reads what it does not hold");
    if (!buffer->second.box.contains(box)) fail("reads outside its buffer");
    for (const Box& piece : buffer->second.missing) {
      if (!intersect(piece, box).empty()) fail("reads what has not been made or has not arrived");
    }
  }

  const Program& program_;
  Rank rank_;
  const Step* step_ = nullptr;
  struct Buffer {
    Box box;
    std::vector<Box> missing;  ///< what has not been made, or has not arrived
  };
  std::map<TensorId, Buffer> held_;
};

/// Walks all ranks through one frame at once. Since a rank that can go on can do so whatever the
/// others do, that all come to their end in one order of going means that they do in any; and since
/// ranks compute frame after frame, it holds for any number of them.
class ProgressCheck {
 public:
  explicit ProgressCheck(const Program& program)
      : program_(program), next_(program.steps.size(), 0), sent_(program.transfers.size()) {}

  void walk() {
    for (bool moved = true; moved;) {
      moved = false;
      for (int rank = 0; rank < program_.ranks(); ++rank) moved = go_on({rank}) || moved;
    }
    for (int rank = 0; rank < program_.ranks(); ++rank) {
      if (!ended({rank})) {
        refuse(fmt::format("rank {} waits for ever: {}", rank,
                           to_text(program_, {rank}, step_of({rank}))));
      }
    }
  }

 private:
  [[nodiscard]] bool ended(Rank rank) const { return at(rank) == program_.of(rank).size(); }
  [[nodiscard]] std::size_t at(Rank rank) const {
    return next_[static_cast<std::size_t>(rank.value)];
  }
  [[nodiscard]] const Step& step_of(Rank rank) const { return program_.of(rank)[at(rank)]; }
  void pass(Rank rank) { ++next_[static_cast<std::size_t>(rank.value)]; }

  bool go_on(Rank rank) {
    bool moved = false;
    while (!ended(rank) && can_pass(rank)) {
      if (const auto* transfer = std::get_if<Transfer>(&step_of(rank))) {
        for (const Rank other : program_[transfer->id].redistribution.participants()) pass(other);
      } else {
        if (const auto* send = std::get_if<Send>(&step_of(rank))) sent(send->id).insert(rank);
        pass(rank);
      }
      moved = true;
    }
    return moved;
  }

  [[nodiscard]] bool can_pass(Rank rank) {
    const Step& step = step_of(rank);
    if (const auto* transfer = std::get_if<Transfer>(&step)) {
      const std::vector<Rank> ranks = program_[transfer->id].redistribution.participants();
      return std::find(ranks.begin(), ranks.end(), rank) != ranks.end() &&
             std::all_of(ranks.begin(), ranks.end(), [&](Rank other) {
               if (ended(other)) return false;
               const auto* met = std::get_if<Transfer>(&step_of(other));
               return met != nullptr && met->id == transfer->id;
             });
    }
    const auto* receive = std::get_if<Receive>(&step);
    if (receive == nullptr) return true;
    const std::vector<split::Move>& moves = program_[receive->id].redistribution.moves;
    return std::all_of(moves.begin(), moves.end(), [&](const split::Move& move) {
      return !(move.to == rank) || sent(receive->id).contains(move.from);
    });
  }

  std::set<Rank>& sent(TransferId id) { return sent_[id.value]; }

  const Program& program_;
  std::vector<std::size_t> next_;     ///< by rank, the step that it is at
  std::vector<std::set<Rank>> sent_;  ///< by transfer
};

/// Every participant has its part of each transfer exactly once.
void check_parts(const Program& program) {
  std::map<TransferId, std::vector<Rank>> met;
  for (int rank = 0; rank < program.ranks(); ++rank) {
    for (const Step& step : program.of({rank})) {
      if (const auto* transfer = std::get_if<Transfer>(&step)) met[transfer->id].push_back({rank});
      if (const auto* receive = std::get_if<Receive>(&step)) met[receive->id].push_back({rank});
    }
  }
  for (std::size_t i = 0; i < program.transfers.size(); ++i) {
    const TransferInfo& transfer = program.transfers[i];
    std::vector<Rank> expected = transfer.redistribution.participants();
    if (transfer.by_messages()) {
      std::erase_if(expected,
                    [&](Rank rank) { return !transfer.redistribution.target.box_of(rank); });
    }
    if (met[{i}] != expected) {
      refuse(fmt::format("transfer {} without all of its participants, each once", i));
    }
  }
}

/// Whether the boxes of a piece lie in those of the tensor.
bool is_part(const split::Layout& piece, const split::Layout& whole) {
  return std::all_of(piece.ranks.begin(), piece.ranks.end(), [&](Rank rank) {
    return whole.box_of(rank).value_or(Box{}).contains(piece.box_of(rank).value_or(Box{}));
  });
}

/// What a rank gets of a tensor, by itself and from others.
using Arrivals = std::map<std::pair<TensorId, Rank>, std::vector<Box>>;

void check_moves(const Program& program, const TransferInfo& transfer, Arrivals& arrivals) {
  const split::Redistribution& redistribution = transfer.redistribution;
  const split::Layout& source = redistribution.source;
  const split::Layout& target = redistribution.target;
  const bool fits = transfer.is_piece ? is_part(source, program[transfer.from].layout) &&
                                            is_part(target, program[transfer.to].layout)
                                      : source == program[transfer.from].layout &&
                                            target == program[transfer.to].layout;
  if (!fits) refuse("a transfer between other layouts than its tensors'");
  if (transfer.by_messages() && redistribution.is_collective()) {
    refuse("a collective between stages, whose ranks do not wait for each other");
  }
  if (redistribution.adds() && redistribution.wire != split::WireType::float32) {
    refuse("summands that are rounded on their way");
  }
  if (redistribution.is_collective()) return;
  for (const Rank rank : target.ranks) {
    const auto box = target.box_of(rank);
    if (!box) continue;
    std::vector<Box>& pieces = arrivals[{transfer.to, rank}];
    if (const auto own = source.box_of(rank)) pieces.push_back(intersect(*own, *box));
    for (const split::Move& move : redistribution.moves) {
      if (!(move.to == rank)) continue;
      if (move.from == rank || !source.box_of(move.from).value_or(Box{}).contains(move.box)) {
        refuse("a move of what its sender does not have");
      }
      pieces.push_back(move.box);
    }
  }
}

void check_transfers(const Program& program) {
  Arrivals arrivals;
  for (const TransferInfo& transfer : program.transfers) check_moves(program, transfer, arrivals);
  for (const auto& [place, pieces] : arrivals) {
    const auto& [tensor, rank] = place;
    if (!tiles_exactly(pieces, program[tensor].layout.box_of(rank).value_or(Box{}))) {
      refuse("a transfer that leaves gaps or sends twice");
    }
  }
}

}  // namespace

void check(const Program& program) {
  for (int rank = 0; rank < program.ranks(); ++rank) BufferCheck(program, {rank}).walk();
  check_parts(program);
  ProgressCheck(program).walk();
  check_transfers(program);
  check_outputs(program);
  check_layers(program);
}

}  // namespace shoal::program
