#include "program/stream.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "program/pieces.hpp"

namespace shoal::program {
namespace {

/// A streamed transfer's piece, as the program numbers it.
struct Numbered {
  Piece piece;
  TransferId id;
};

/// The transfers of a streamed program: those that stay whole with a new number, the others in
/// pieces.
class Transfers {
 public:
  Transfers(const Program& program, const Chunks& chunks) : renumbered_(program.transfers.size()) {
    for (std::size_t i = 0; i < program.transfers.size(); ++i) {
      const TransferInfo& transfer = program.transfers[i];
      if (!is_streamed(program, chunks, transfer)) {
        renumbered_[i] = add(transfer);
        continue;
      }
      from_[transfer.from].push_back({i});
      to_[transfer.to] = {i};
      for (Piece& piece : cut(program, chunks, transfer)) {
        TransferInfo info{transfer.from, transfer.to, piece.redistribution, transfer.crosses, true};
        const TransferId id = add(std::move(info));
        pieces_[{i}].push_back({std::move(piece), id});
      }
    }
  }

  /// The new number of a transfer that stays whole.
  [[nodiscard]] std::optional<TransferId> whole(TransferId old) const {
    return renumbered_[old.value];
  }
  [[nodiscard]] const std::vector<Numbered>& pieces(TransferId old) const {
    return pieces_.at(old);
  }
  /// The streamed transfers from a tensor.
  [[nodiscard]] std::vector<TransferId> from(TensorId tensor) const {
    const auto found = from_.find(tensor);
    return found == from_.end() ? std::vector<TransferId>() : found->second;
  }
  /// The streamed transfer that makes a tensor.
  [[nodiscard]] std::optional<TransferId> to(TensorId tensor) const {
    const auto found = to_.find(tensor);
    return found == to_.end() ? std::nullopt : std::optional(found->second);
  }
  std::vector<TransferInfo> take() && { return std::move(transfers_); }

 private:
  TransferId add(TransferInfo info) {
    transfers_.push_back(std::move(info));
    return {transfers_.size() - 1};
  }

  std::vector<TransferInfo> transfers_;
  std::vector<std::optional<TransferId>> renumbered_;
  std::map<TransferId, std::vector<Numbered>> pieces_;
  std::map<TensorId, std::vector<TransferId>> from_;
  std::map<TensorId, TransferId> to_;
};

std::vector<Box> without(const std::vector<Box>& boxes, const Box& taken) {
  std::vector<Box> left;
  for (const Box& box : boxes) {
    for (const Box& rest : subtract(box, taken)) left.push_back(rest);
  }
  return left;
}

/// Writes one rank's steps anew.
class RankStreamer {
 public:
  RankStreamer(const Program& program, const Chunks& chunks, const Transfers& transfers, Rank rank)
      : program_(program), chunks_(chunks), transfers_(transfers), rank_(rank) {}

  std::vector<Step> stream() && {
    for (const Step& step : program_.of(rank_)) {
      if (const auto* compute = std::get_if<Compute>(&step)) note(*compute);
    }
    for (const Step& step : program_.of(rank_)) {
      std::visit([this](const auto& one) { write(one); }, step);
    }
    return std::move(steps_);
  }

 private:
  /// Of a step in chunks that reads only what steps in chunks make on this rank: each of its chunks
  /// is made as soon as it can be.
  void note(const Compute& step) {
    done_[&step] = 0;
    makers_[step.output] = &step;
    if (!chunks_.is_streamed(step)) return;
    const bool follows =
        std::all_of(step.inputs.begin(), step.inputs.end(), [&](const Operand& in) {
          const auto maker = makers_.find(in.tensor);
          return maker != makers_.end() && chunks_.is_streamed(*maker->second);
        });
    if (!follows) return;
    for (const Operand& input : step.inputs) followers_[input.tensor].push_back(&step);
  }

  void write(const Compute& step) {
    while (done_[&step] < chunks_.of(step).size()) write_chunk(step);
  }
  void write(const Transfer& step) { write_transfer<Transfer>(step.id); }
  void write(const Send& step) { write_transfer<Send>(step.id); }
  void write(const Receive& step) { write_transfer<Receive>(step.id); }
  template <typename Other>
  void write(const Other& step) {
    steps_.push_back(step);
  }

  void write_chunk(const Compute& step) {
    const std::size_t index = done_[&step];
    Compute chunk = step;
    chunk.box = chunks_.of(step)[index];
    for (std::size_t i = 0; i < step.inputs.size(); ++i) {
      const TensorId tensor = step.inputs[i].tensor;
      chunk.inputs[i].box = chunks_.read(step, index, i);
      if (chunks_.reader(tensor, rank_) == &step) receive(tensor, index);
    }
    steps_.push_back(std::move(chunk));
    ++done_[&step];
    for (const TransferId transfer : transfers_.from(step.output)) send(transfer, index);
    for (const Compute* follower : followers_[step.output]) {
      while (can_follow(*follower)) write_chunk(*follower);
    }
  }

  /// Whether all that the next chunk of a step reads has been made.
  [[nodiscard]] bool can_follow(const Compute& step) const {
    const std::size_t index = done_.at(&step);
    if (index == chunks_.of(step).size()) return false;
    for (std::size_t i = 0; i < step.inputs.size(); ++i) {
      const Compute* maker = makers_.at(step.inputs[i].tensor);
      std::vector<Box> missing = {chunks_.read(step, index, i)};
      for (std::size_t k = 0; k < done_.at(maker); ++k) {
        missing = without(missing, chunks_.of(*maker)[k]);
      }
      if (!missing.empty()) return false;
    }
    return true;
  }

  /// What a Compute step makes is sent there, and what one reads first is received there; the rest
  /// here.
  template <typename Kind>
  void write_transfer(TransferId old) {
    if (const auto whole = transfers_.whole(old)) {
      steps_.push_back(Kind{*whole});
      return;
    }
    const bool sends = !std::is_same_v<Kind, Receive>;
    const bool receives = !std::is_same_v<Kind, Send>;
    if (sends && !makers_.contains(program_[old].from)) send(old, 0);
    if (receives && chunks_.reader(program_[old].to, rank_) == nullptr) {
      receive(program_[old].to, 0);
    }
  }

  /// What the rank sends and keeps of its chunk.
  void send(TransferId old, std::size_t made) {
    for (const Numbered& one : transfers_.pieces(old)) {
      const split::Redistribution& piece = one.piece.redistribution;
      if (one.piece.made == made && piece.source.box_of(rank_)) steps_.push_back(Send{one.id});
    }
  }

  void receive(TensorId tensor, std::size_t wanted) {
    const auto transfer = transfers_.to(tensor);
    if (!transfer) return;
    for (const Numbered& one : transfers_.pieces(*transfer)) {
      const split::Redistribution& piece = one.piece.redistribution;
      if (one.piece.wanted == wanted && piece.target.box_of(rank_)) {
        steps_.push_back(Receive{one.id});
      }
    }
  }

  const Program& program_;
  const Chunks& chunks_;
  const Transfers& transfers_;
  Rank rank_;
  std::vector<Step> steps_;
  std::map<const Compute*, std::size_t> done_;  ///< chunks
  std::map<TensorId, const Compute*> makers_;
  std::map<TensorId, std::vector<const Compute*>> followers_;
};

}  // namespace

void stream(Program& program, const plan::Plan& lane) {
  if (!plan::is_streamed(lane)) return;
  const Chunks chunks(program, lane);
  Transfers transfers(program, chunks);
  std::vector<std::vector<Step>> steps;
  for (int rank = 0; rank < program.ranks(); ++rank) {
    steps.push_back(RankStreamer(program, chunks, transfers, {rank}).stream());
  }
  program.steps = std::move(steps);
  program.transfers = std::move(transfers).take();
}

}  // namespace shoal::program
