#include <algorithm>
#include <limits>
#include <optional>

#include "shoal/program/program.hpp"

#include "program/lookahead.hpp"
#include "program/release.hpp"

namespace shoal::program {
namespace {

using graph::LayerId;
using split::Division;
using split::Layout;

/// A layer's division and who carries it out.
struct Work {
  std::vector<Rank> ranks;
  Division division;
};

/// Compiles layer by layer, keeping for each output the layouts in which it is there already.
class Compiler {
 public:
  Compiler(const plan::Plan& plan, const graph::Graph& lowered)
      : plan_(plan),
        lookahead_(plan, lowered),
        program_{lowered, plan.input_rank, plan.output_rank, {}, {}, {}},
        versions_(lowered.size()) {
    program_.steps.resize(static_cast<std::size_t>(plan.ranks));
  }

  Program compile() && {
    for (std::size_t i = 0; i < graph().size(); ++i) compile_layer({i});
    const LayerId last = graph().output();
    const TensorId answer = provide(last, Layout::rooted(plan_.output_rank, graph()[last].output));
    steps_of(plan_.output_rank).push_back(WriteResult{answer});
    release_after_last_use(program_);
    return std::move(program_);
  }

 private:
  [[nodiscard]] const graph::Graph& graph() const { return program_.graph; }
  std::vector<Step>& steps_of(Rank rank) {
    return program_.steps[static_cast<std::size_t>(rank.value)];
  }

  TensorId add_tensor(LayerId layer, Layout layout) {
    program_.tensors.push_back({layer, std::move(layout)});
    return {program_.tensors.size() - 1};
  }

  void compile_layer(LayerId layer) {
    if (std::holds_alternative<graph::Input>(graph()[layer].op)) {
      const TensorId frame =
          add_tensor(layer, Layout::rooted(plan_.input_rank, graph()[layer].output));
      steps_of(plan_.input_rank).push_back(ReadFrame{frame});
      versions_[layer.value].push_back(frame);
      return;
    }
    const Work work = find_work(layer);
    const TensorId made = compute(layer, work);
    versions_[layer.value].push_back(work.division.partial ? sum_up(layer, made) : made);
  }

  Work find_work(LayerId layer) {
    if (const plan::Placement* placement = lookahead_.placement(layer)) {
      return {placement->ranks, placement->scheme->divide(graph(), layer, placement->options)};
    }
    const Layout& input = layout_to_follow(layer);
    if (lookahead_.is_on_stage(layer, input.ranks)) {
      if (auto division = split::follow(graph(), layer, input)) {
        if (input.ranks.size() == 1) division->partial = false;
        return {input.ranks, std::move(*division)};
      }
    }
    Layout output = lookahead_.layout_computable(layer);
    return {output.ranks, lookahead_.divide(layer, output)};
  }

  /// Of the layouts in which a layer's inputs were made, the one that spreads the work most.
  const Layout& layout_to_follow(LayerId layer) {
    const Layout* best = nullptr;
    for (const LayerId input : graph()[layer].inputs) {
      const Layout& layout = program_[versions_[input.value].front()].layout;
      const bool spreads = best != nullptr && best->is_replicated(graph()[input].output) &&
                           !layout.is_replicated(graph()[input].output);
      if (best == nullptr || spreads) best = &layout;
    }
    return *best;
  }

  /// Brings the inputs and adds a Compute step for each member that makes something.
  TensorId compute(LayerId layer, const Work& work) {
    const Division& division = work.division;
    std::vector<TensorId> inputs;
    for (std::size_t i = 0; i < division.inputs.size(); ++i) {
      inputs.push_back(
          provide(graph()[layer].inputs[i], Layout::sharded(work.ranks, division.inputs[i])));
    }
    Layout layout = Layout::sharded(work.ranks, division.outputs);
    layout.partial = division.partial && work.ranks.size() > 1;
    const bool complete = !layout.partial;
    const TensorId output = add_tensor(layer, std::move(layout));
    for (std::size_t member = 0; member < work.ranks.size(); ++member) {
      if (division.outputs[member].empty()) continue;
      Compute step{layer, {}, output, division.outputs[member], complete};
      for (std::size_t i = 0; i < inputs.size(); ++i) {
        step.inputs.push_back({inputs[i], division.inputs[i][member]});
      }
      steps_of(work.ranks[member]).push_back(std::move(step));
    }
    return output;
  }

  /// Adds partial sums up into the layout that suits whoever comes next, and finishes them there.
  TensorId sum_up(LayerId layer, TensorId sums) {
    if (!program_[sums].layout.partial) return sums;
    const std::vector<Rank> group = program_[sums].layout.ranks;
    const TensorId whole = add_transfer(sums, lookahead_.layout_of_sum(layer, group));
    const bool linear = graph()[layer].activation == graph::Activation::linear;
    if (linear && graph().weights(layer).empty()) return whole;
    const Layout& layout = program_[whole].layout;
    for (std::size_t i = 0; i < layout.ranks.size(); ++i) {
      if (layout.boxes[i].empty()) continue;
      steps_of(layout.ranks[i]).push_back(Finish{layer, whole, layout.boxes[i]});
    }
    return whole;
  }

  /// The layer's output in a layout that holds `target`: one that is there, or one made by the
  /// cheapest transfer from those that are.
  TensorId provide(LayerId layer, const Layout& target) {
    std::optional<TensorId> best;
    Bytes best_bytes = std::numeric_limits<Bytes>::max();
    for (const TensorId version : versions_[layer.value]) {
      const Layout& layout = program_[version].layout;
      if (split::is_held(layout, target)) return version;
      if (!layout.covers(graph()[layer].output)) continue;
      const auto candidate = split::redistribute(graph()[layer].output, layout, target);
      Bytes bytes = 0;
      for (const Rank rank : candidate.participants()) bytes += candidate.bytes_received(rank);
      if (bytes < best_bytes) {
        best = version;
        best_bytes = bytes;
      }
    }
    const TensorId made = add_transfer(*best, target);
    versions_[layer.value].push_back(made);
    return made;
  }

  TensorId add_transfer(TensorId from, const Layout& target) {
    const LayerId layer = program_[from].layer;
    const TensorId to = add_tensor(layer, target);
    program_.transfers.push_back(
        {from, to, split::redistribute(graph()[layer].output, program_[from].layout, target)});
    const TransferId id{program_.transfers.size() - 1};
    for (const Rank rank : program_[id].redistribution.participants()) {
      steps_of(rank).push_back(Transfer{id});
    }
    return to;
  }

  const plan::Plan& plan_;
  Lookahead lookahead_;
  Program program_;
  std::vector<std::vector<TensorId>> versions_;  ///< by layer; the first is as it was made
};

}  // namespace

Program compile(const plan::Plan& plan, const graph::Graph& lowered) {
  plan::validate(plan, lowered);
  return Compiler(plan, lowered).compile();
}

}  // namespace shoal::program
