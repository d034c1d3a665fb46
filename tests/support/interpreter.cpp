#include "support/interpreter.hpp"

#include <algorithm>
#include <iterator>
#include <list>
#include <optional>
#include <stdexcept>

#include "shoal/split/keep.hpp"
#include "shoal/split/wire.hpp"

namespace shoal::testing {
namespace {

using program::TransferId;

/// A box on its way.
struct PendingSend {
  split::Move move;
  Tensor content;
};

/// Every rank's execution, and the exchange at which it is.
class Machine {
 public:
  Machine(const program::Program& program, const runtime::WeightLoader& load, const Tensor& frame)
      : program_(program), transit_(program.transfers.size()) {
    for (int i = 0; i < program.ranks(); ++i) {
      const Rank rank{i};
      Seat& seat = seats_.emplace_back(load);
      seat.executor.emplace(program, rank, seat.weights, seat.memory);
      seat.execution.emplace(*seat.executor, rank == program.input_rank ? &frame : nullptr);
      seat.at = seat.execution->advance();
    }
  }

  void run() {
    for (bool moved = true; moved;) {
      moved = false;
      for (int rank = 0; rank < program_.ranks(); ++rank) moved = go_on({rank}) || moved;
    }
    for (const Seat& seat : seats_) {
      if (seat.at != nullptr) throw std::logic_error("the ranks wait for each other for ever");
    }
  }

  [[nodiscard]] const runtime::FrameExecution& execution(Rank rank) const {
    return *std::next(seats_.begin(), rank.value)->execution;
  }

 private:
  struct Seat {
    explicit Seat(const runtime::WeightLoader& load) : weights(load) {}
    runtime::WeightCache weights;
    runtime::Memory memory;
    std::optional<runtime::Executor> executor;
    std::optional<runtime::FrameExecution> execution;
    const program::Step* at = nullptr;
  };

  Seat& seat(Rank rank) { return *std::next(seats_.begin(), rank.value); }

  bool go_on(Rank rank) {
    const program::Step* step = seat(rank).at;
    if (step == nullptr) return false;
    if (const auto* transfer = std::get_if<program::Transfer>(step)) {
      const auto ranks = program_[transfer->id].redistribution.participants();
      const bool all_there = std::all_of(ranks.begin(), ranks.end(), [&](Rank other) {
        const auto* at = seat(other).at;
        const auto* same = at == nullptr ? nullptr : std::get_if<program::Transfer>(at);
        return same != nullptr && same->id == transfer->id;
      });
      if (!all_there) return false;
      carry_out(transfer->id);
      for (const Rank other : ranks) seat(other).at = seat(other).execution->advance();
      return true;
    }
    if (const auto* send = std::get_if<program::Send>(step)) {
      dispatch(send->id, rank);
    } else if (!deliver(std::get<program::Receive>(*step).id, rank)) {
      return false;
    }
    seat(rank).at = seat(rank).execution->advance();
    return true;
  }

  [[nodiscard]] ConstView source(TransferId id, Rank from, const Box& piece) {
    const Box held = program_[id].redistribution.source.box_of(from).value();
    return seat(from).execution->source(id).part(piece.relative_to(held));
  }
  [[nodiscard]] View target(TransferId id, Rank to, const Box& piece) {
    const Box wanted = program_[id].redistribution.target.box_of(to).value();
    return seat(to).execution->target(id).part(piece.relative_to(wanted));
  }

  void dispatch(TransferId id, Rank rank) {
    const split::Redistribution& redistribution = program_[id].redistribution;
    for (const split::Move& move : redistribution.moves) {
      if (!(move.from == rank)) continue;
      Tensor content(move.box.shape());
      split::round(redistribution.wire, source(id, rank, move.box), content.view());
      transit_[id.value].push_back({move, std::move(content)});
    }
    keep_own(id, rank);
  }

  void keep_own(TransferId id, Rank rank) {
    const split::Redistribution& redistribution = program_[id].redistribution;
    const auto held = redistribution.source.box_of(rank);
    const auto wanted = redistribution.target.box_of(rank);
    if (!held || !wanted || intersect(*held, *wanted).empty()) return;
    split::keep(redistribution, rank, source(id, rank, *held), target(id, rank, *wanted));
  }

  bool deliver(TransferId id, Rank rank) {
    const std::vector<split::Move>& moves = program_[id].redistribution.moves;
    const auto is_for_rank = [&](const split::Move& move) { return move.to == rank; };
    const auto sent =
        std::count_if(transit_[id.value].begin(), transit_[id.value].end(),
                      [&](const PendingSend& sending) { return is_for_rank(sending.move); });
    if (sent != std::count_if(moves.begin(), moves.end(), is_for_rank)) return false;
    for (const PendingSend& sending : transit_[id.value]) {
      if (is_for_rank(sending.move)) {
        copy(sending.content.view(), target(id, rank, sending.move.box));
      }
    }
    return true;
  }

  void carry_out(TransferId id) {
    const split::Redistribution& redistribution = program_[id].redistribution;
    if (redistribution.is_collective()) return carry_out_collective(id);
    for (const Rank rank : redistribution.target.ranks) keep_own(id, rank);
    for (const split::Move& move : redistribution.moves) {
      split::round(redistribution.wire, source(id, move.from, move.box),
                   target(id, move.to, move.box));
    }
  }

  /// Every element of every target from whoever has it; summands from everyone who has one.
  void carry_out_collective(TransferId id) {
    const split::Redistribution& redistribution = program_[id].redistribution;
    const split::Layout& from = redistribution.source;
    const split::Layout& to = redistribution.target;
    // A rank's source may lie in its target.
    std::vector<Tensor> given;
    for (std::size_t s = 0; s < from.ranks.size(); ++s) {
      Tensor& copied = given.emplace_back(from.boxes[s].shape());
      if (!from.boxes[s].empty()) {
        copy(seat(from.ranks[s]).execution->source(id), copied.view());
      }
    }
    for (std::size_t t = 0; t < to.ranks.size(); ++t) {
      if (to.boxes[t].empty()) continue;
      const View made = seat(to.ranks[t]).execution->target(id);
      std::fill_n(made.data(), made.shape().volume(), 0.0F);
      for (std::size_t s = 0; s < from.ranks.size(); ++s) {
        const Box piece = intersect(from.boxes[s], to.boxes[t]);
        if (piece.empty()) continue;
        const ConstView part = given[s].view().part(piece.relative_to(from.boxes[s]));
        const View place = target(id, to.ranks[t], piece);
        if (from.partial) {
          accumulate(part, place);
        } else {
          // Of a broadcast or an allgather a rank's own too.
          split::round(redistribution.wire, part, place);
        }
      }
    }
  }

  const program::Program& program_;
  std::list<Seat> seats_;
  std::vector<std::vector<PendingSend>> transit_;  ///< by transfer
};

}  // namespace

Tensor interpret(const program::Program& program, const runtime::WeightLoader& load,
                 const Tensor& frame) {
  Machine machine(program, load, frame);
  machine.run();
  const Tensor& last = machine.execution(program.output_rank).answer();
  Tensor answer(last.shape());
  copy(last.view(), answer.view());
  return answer;
}

}  // namespace shoal::testing
