#include "shoal/program/in_place.hpp"

#include <optional>
#include <vector>

#include "shoal/tensor/view.hpp"

#include "program/release.hpp"

namespace shoal::program {
namespace {

/// The other tensors that one is exchanged for or from.
class Others {
 public:
  void add(TensorId tensor) {
    are_several_ = are_several_ || (one_ && *one_ != tensor);
    one_ = tensor;
  }
  /// The only one.
  [[nodiscard]] std::optional<TensorId> only() const { return are_several_ ? std::nullopt : one_; }

 private:
  std::optional<TensorId> one_;
  bool are_several_ = false;
};

/// Goes through a rank's steps and keeps what each tensor is exchanged for.
class Finder {
 public:
  Finder(const Program& program, Rank rank)
      : program_(program), rank_(rank), tensors_(program.tensors.size()) {
    for (const Step& step : program.of(rank)) note(step);
  }

  [[nodiscard]] std::map<TensorId, TensorId> find() const {
    std::map<TensorId, TensorId> result;
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
      const Tensor& tensor = tensors_[i];
      const auto other = tensor.exchanged_for.only();
      if (!other || !tensor.is_computed || tensor.is_read) continue;
      if (tensors_[other->value].exchanged_from.only() && fits({i}, *other)) result[{i}] = *other;
    }
    return result;
  }

 private:
  struct Tensor {
    bool is_computed = false;
    bool is_read = false;  ///< by something else than an exchange
    Others exchanged_for;
    Others exchanged_from;
  };

  Tensor& of(TensorId tensor) { return tensors_[tensor.value]; }

  void note(const Step& step) {
    if (const auto* transfer = std::get_if<Transfer>(&step)) return note_exchange(transfer->id);
    if (const auto* send = std::get_if<Send>(&step)) return note_exchange(send->id);
    if (const auto* receive = std::get_if<Receive>(&step)) {
      of(program_[receive->id].to).exchanged_from.add(program_[receive->id].from);
    }
    if (const auto* compute = std::get_if<Compute>(&step)) of(compute->output).is_computed = true;
    if (std::holds_alternative<Release>(step)) return;
    for (const TensorId tensor : read_by(program_, rank_, step)) of(tensor).is_read = true;
  }

  void note_exchange(TransferId id) {
    const TransferInfo& transfer = program_[id];
    of(transfer.to).exchanged_from.add(transfer.from);
    of(transfer.from).exchanged_for.add(transfer.to);
    if (transfer.redistribution.wire != split::WireType::float32) of(transfer.from).is_read = true;
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
  std::vector<Tensor> tensors_;
};

}  // namespace

std::map<TensorId, TensorId> in_place(const Program& program, Rank rank) {
  return Finder(program, rank).find();
}

}  // namespace shoal::program
