#include "support/interpreter.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>

namespace shoal::testing {
namespace {

using program::TransferId;

/// Every rank's executor and the transfer at which it waits.
struct Machine {
  const program::Program& program;
  std::vector<std::unique_ptr<runtime::Executor>> executors;
  std::vector<std::optional<TransferId>> waiting;

  void advance(Rank rank) {
    const auto index = static_cast<std::size_t>(rank.value);
    waiting[index] = executors[index]->advance();
  }
  [[nodiscard]] runtime::Executor& of(Rank rank) const {
    return *executors[static_cast<std::size_t>(rank.value)];
  }
  [[nodiscard]] bool all_are_at(TransferId id) const {
    const auto ranks = program[id].redistribution.participants();
    return std::all_of(ranks.begin(), ranks.end(), [&](Rank rank) {
      return waiting[static_cast<std::size_t>(rank.value)] == id;
    });
  }

  /// `piece` of the transfer's source on one rank to its target on another.
  void move(TransferId id, Rank from, Rank to, const Box& piece, bool add) const {
    if (piece.empty()) return;
    const program::TransferInfo& transfer = program[id];
    const Box held = program[transfer.from].layout.box_of(from).value();
    const Box wanted = program[transfer.to].layout.box_of(to).value();
    const ConstView source = of(from).source(id).part(piece.relative_to(held));
    const View target = of(to).target(id).part(piece.relative_to(wanted));
    if (add) {
      accumulate(source, target);
    } else {
      copy(source, target);
    }
  }

  /// Every element of every target from whoever has it; summands from everyone who has one.
  void carry_out(TransferId id) const {
    const program::TransferInfo& transfer = program[id];
    const split::Layout& source = transfer.redistribution.source;
    const split::Layout& target = transfer.redistribution.target;
    const bool add = source.partial;
    for (std::size_t t = 0; t < target.ranks.size(); ++t) {
      if (target.boxes[t].empty()) continue;
      const View made = of(target.ranks[t]).target(id);
      std::fill_n(made.data(), made.shape().volume(), 0.0F);
      if (transfer.redistribution.is_collective()) {
        for (std::size_t s = 0; s < source.ranks.size(); ++s) {
          move(id, source.ranks[s], target.ranks[t], intersect(source.boxes[s], target.boxes[t]),
               add);
        }
      } else if (const auto own = source.box_of(target.ranks[t])) {
        move(id, target.ranks[t], target.ranks[t], intersect(*own, target.boxes[t]), false);
      }
    }
    for (const split::Move& one : transfer.redistribution.moves) {
      move(id, one.from, one.to, one.box, false);
    }
  }
};

}  // namespace

Tensor interpret(const program::Program& program, const runtime::WeightLoader& load,
                 const Tensor& frame) {
  Machine machine{program, {}, {}};
  for (int rank = 0; rank < program.ranks(); ++rank) {
    machine.executors.push_back(std::make_unique<runtime::Executor>(program, Rank{rank}, load));
  }
  machine.waiting.resize(machine.executors.size());
  for (int rank = 0; rank < program.ranks(); ++rank) {
    machine.of({rank}).begin(Rank{rank} == program.input_rank ? &frame : nullptr);
    machine.advance({rank});
  }
  for (bool moved = true; moved;) {
    moved = false;
    for (int rank = 0; rank < program.ranks(); ++rank) {
      const auto id = machine.waiting[static_cast<std::size_t>(rank)];
      if (!id || !machine.all_are_at(*id)) continue;
      machine.carry_out(*id);
      for (const Rank participant : program[*id].redistribution.participants()) {
        machine.advance(participant);
      }
      moved = true;
    }
  }
  for (const auto& waiting : machine.waiting) {
    if (waiting) throw std::logic_error("the ranks wait for each other for ever");
  }
  const runtime::Executor& last = machine.of(program.output_rank);
  Tensor answer(last.answer().shape());
  copy(last.answer().view(), answer.view());
  return answer;
}

}  // namespace shoal::testing
