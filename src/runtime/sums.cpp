#include "runtime/sums.hpp"

#include <optional>
#include <variant>

#include "shoal/tensor/view.hpp"

namespace shoal::runtime {
namespace {

using program::Compute;
using program::Program;
using program::Step;
using program::TensorId;

class Finder {
 public:
  Finder(const Program& program, Rank rank)
      : program_(program), rank_(rank), steps_(program.of(rank)) {
    for (const Step& step : steps_) {
      std::visit([this](const auto& one) { note(one); }, step);
    }
  }

  [[nodiscard]] std::map<std::size_t, Sum> find() const {
    std::map<std::size_t, Sum> result;
    std::optional<std::size_t> before;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (std::holds_alternative<program::Release>(steps_[i])) continue;
      if (before) {
        if (const auto other = other_summand(*before, i)) result.emplace(*before, Sum{i, *other});
      }
      before = i;
    }
    return result;
  }

 private:
  void note(const Compute& step) {
    for (const program::Operand& input : step.inputs) ++readers_[input.tensor];
  }
  void note(const program::Transfer& step) { ++readers_[program_[step.id].from]; }
  void note(const program::Send& step) { ++readers_[program_[step.id].from]; }
  void note(const program::Finish& step) { ++readers_[step.tensor]; }
  void note(const program::WriteResult& step) { ++readers_[step.tensor]; }
  void note(const program::Receive& /*step*/) {}
  void note(const program::Release& /*step*/) {}
  void note(const program::ReadFrame& /*step*/) {}

  [[nodiscard]] std::optional<std::size_t> other_summand(std::size_t before, std::size_t at) const {
    const auto* maker = std::get_if<Compute>(&steps_[before]);
    const auto* sum = std::get_if<Compute>(&steps_[at]);
    if (maker == nullptr || sum == nullptr || !maker->complete) return std::nullopt;
    if (!std::holds_alternative<graph::Add>(program_.graph[sum->layer].op)) return std::nullopt;
    for (const std::size_t own : {std::size_t{0}, std::size_t{1}}) {
      const program::Operand& made = sum->inputs[own];
      const program::Operand& other = sum->inputs[1 - own];
      if (made.tensor == maker->output && made.box == maker->box && readers_.at(made.tensor) == 1 &&
          is_dense(other)) {
        return 1 - own;
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] bool is_dense(const program::Operand& operand) const {
    const auto own = program_[operand.tensor].layout.box_of(rank_);
    return own && is_dense_part(operand.box.shape(), own->shape());
  }

  const Program& program_;
  Rank rank_;
  const std::vector<Step>& steps_;
  std::map<TensorId, int> readers_;
};

}  // namespace

std::map<std::size_t, Sum> sums(const Program& program, Rank rank) {
  return Finder(program, rank).find();
}

}  // namespace shoal::runtime
