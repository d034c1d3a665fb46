#include "runtime/places.hpp"

#include <set>
#include <vector>

#include "shoal/base/aligned_buffer.hpp"
#include "shoal/program/in_place.hpp"

#include "runtime/arena.hpp"

namespace shoal::runtime {
namespace {

using program::Compute;
using program::Program;
using program::Step;
using program::TensorId;

/// When a rank has which tensor, and in which piece.
class Finder {
 public:
  Finder(const Program& program, Rank rank, const std::map<std::size_t, Sum>& joined)
      : program_(program),
        rank_(rank),
        lines_(program::lines(program, rank)),
        joined_(joined),
        in_place_(program::in_place(program, rank)) {
    for (const auto& [step, sum] : joined) made_before_.insert(sum.step);
    const std::vector<Step>& steps = program.of(rank);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      std::visit([&](const auto& step) { note(step, i); }, steps[i]);
    }
  }

  [[nodiscard]] Places places(const std::map<std::size_t, std::size_t>& workspaces) const {
    Places result;
    result.in_place = in_place_;
    arrange(Piece::waiting, {}, result);
    arrange(Piece::computing, workspaces, result);
    return result;
  }

 private:
  struct Held {
    Lifetime life;
    bool arrives = false;
  };

  void note(const program::ReadFrame& step, std::size_t at) { make(step.tensor, at, true); }
  void note(const Compute& step, std::size_t at) {
    if (made_before_.contains(at)) return;
    const auto sum = joined_.find(at);
    const Step& made = sum == joined_.end() ? step : program_.of(rank_)[sum->second.step];
    make(std::get<Compute>(made).output, at, false);
  }
  void note(const program::Finish& /*step*/, std::size_t /*at*/) {}
  void note(const program::Transfer& step, std::size_t at) {
    make(program_[step.id].to, at, false);
  }
  void note(const program::Send& step, std::size_t at) { make(program_[step.id].to, at, false); }
  /// What shall be received is expected from the frame's begin on.
  void note(const program::Receive& step, std::size_t /*at*/) {
    make(program_[step.id].to, 0, true);
    Held& held = held_.at(program_[step.id].to);
    held.life.first = 0;
    held.arrives = true;
  }
  void note(const program::Release& step, std::size_t at) {
    const auto held = held_.find(step.tensor);
    if (held != held_.end()) held->second.life.last = at;
  }
  void note(const program::WriteResult& /*step*/, std::size_t /*at*/) {}

  void make(TensorId tensor, std::size_t at, bool arrives) {
    const auto within = in_place_.find(tensor);
    if (within != in_place_.end()) return make(within->second, at, arrives);
    const Box box = program_[tensor].layout.box_of(rank_).value_or(Box{});
    const Lifetime life{at, program_.of(rank_).size(), addressable(box.volume())};
    held_.try_emplace(tensor, Held{life, arrives});
  }

  [[nodiscard]] Piece piece(const Held& held) const {
    const bool computing =
        !held.arrives && held.life.first >= lines_.compute && held.life.last < lines_.answer;
    return computing ? Piece::computing : Piece::waiting;
  }

  void arrange(Piece piece, const std::map<std::size_t, std::size_t>& workspaces,
               Places& places) const {
    std::vector<Lifetime> lifetimes;
    for (const auto& [tensor, held] : held_) {
      if (this->piece(held) == piece) lifetimes.push_back(held.life);
    }
    for (const auto& [step, floats] : workspaces) lifetimes.push_back({step, step, floats});
    const Arena arena = runtime::arrange(lifetimes);
    auto offset = arena.offsets.begin();
    for (const auto& [tensor, held] : held_) {
      if (this->piece(held) == piece) places.of[tensor] = {piece, *offset++};
    }
    for (const auto& [step, floats] : workspaces) places.workspaces[step] = *offset++;
    (piece == Piece::waiting ? places.waiting : places.computing) = arena.floats;
  }

  const Program& program_;
  Rank rank_;
  program::Lines lines_;
  const std::map<std::size_t, Sum>& joined_;
  std::map<TensorId, TensorId> in_place_;
  std::set<std::size_t> made_before_;  ///< the additions that are joined
  std::map<TensorId, Held> held_;
};

}  // namespace

Places places(const Program& program, Rank rank, const std::map<std::size_t, Sum>& joined,
              const std::map<std::size_t, std::size_t>& workspaces) {
  return Finder(program, rank, joined).places(workspaces);
}

}  // namespace shoal::runtime
