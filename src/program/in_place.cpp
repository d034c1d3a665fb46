#include "shoal/program/in_place.hpp"

#include <set>

#include "shoal/tensor/view.hpp"

#include "program/release.hpp"

namespace shoal::program {
namespace {

/// Goes through a rank's steps and keeps what each tensor is exchanged for.
class Finder {
 public:
  Finder(const Program& program, Rank rank) : program_(program), rank_(rank) {
    for (const Step& step : program.of(rank)) note(step);
  }

  [[nodiscard]] std::map<TensorId, TensorId> find() const {
    std::map<TensorId, TensorId> result;
    for (const auto& [tensor, others] : exchanged_for_) {
      if (!computed_.contains(tensor) || read_.contains(tensor) || others.size() != 1) continue;
      const TensorId other = *others.begin();
      if (exchanged_from_.at(other).size() == 1 && fits(tensor, other)) result[tensor] = other;
    }
    return result;
  }

 private:
  void note(const Step& step) {
    if (const auto* transfer = std::get_if<Transfer>(&step)) return note_exchange(transfer->id);
    if (const auto* send = std::get_if<Send>(&step)) return note_exchange(send->id);
    if (const auto* receive = std::get_if<Receive>(&step)) {
      exchanged_from_[program_[receive->id].to].insert(program_[receive->id].from);
    }
    if (const auto* compute = std::get_if<Compute>(&step)) computed_.insert(compute->output);
    if (std::holds_alternative<Release>(step)) return;
    for (const TensorId tensor : read_by(program_, rank_, step)) read_.insert(tensor);
  }

  void note_exchange(TransferId id) {
    const TransferInfo& transfer = program_[id];
    exchanged_from_[transfer.to].insert(transfer.from);
    exchanged_for_[transfer.from].insert(transfer.to);
    if (transfer.redistribution.wire != split::WireType::float32) read_.insert(transfer.from);
  }

  /// Whether what a rank holds of a tensor is, without gaps, a part of what it holds of the other.
  [[nodiscard]] bool fits(TensorId tensor, TensorId other) const {
    const auto own = program_[tensor].layout.box_of(rank_);
    const auto whole = program_[other].layout.box_of(rank_);
    if (!own || !whole || own->empty() || !whole->contains(*own)) return false;
    return is_dense_part(own->shape(), whole->shape());
  }

  const Program& program_;
  Rank rank_;
  std::set<TensorId> computed_;
  std::set<TensorId> read_;  ///< by something else than an exchange
  std::map<TensorId, std::set<TensorId>> exchanged_for_;
  std::map<TensorId, std::set<TensorId>> exchanged_from_;
};

}  // namespace

std::map<TensorId, TensorId> in_place(const Program& program, Rank rank) {
  return Finder(program, rank).find();
}

}  // namespace shoal::program
