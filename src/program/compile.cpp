#include <algorithm>
#include <limits>
#include <optional>
#include <stdexcept>

#include "shoal/program/program.hpp"

#include "program/lookahead.hpp"
#include "program/release.hpp"
#include "program/stream.hpp"

namespace shoal::program {
namespace {

using graph::LayerId;
using split::Division;
using split::Layout;

/// Where a tensor is or is wanted: a stage, before the first of them or behind the last.
using Place = std::ptrdiff_t;
constexpr Place at_input = -1;

/// What is smaller goes to each member of a group at once; what is larger in shards, which the
/// members then exchange among themselves, so that the sender's line carries it once.
constexpr Bytes most_sent_to_each = 64 << 10;

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
    const Layout wanted = Layout::rooted(plan_.output_rank, graph()[last].output);
    const TensorId answer = provide(last, wanted, static_cast<Place>(plan_.stages.size()));
    steps_of(plan_.output_rank).push_back(WriteResult{answer});
    put_input_first();
    stream(program_, plan_);
    release_after_last_use(program_);
    return std::move(program_);
  }

 private:
  [[nodiscard]] const graph::Graph& graph() const { return program_.graph; }
  std::vector<Step>& steps_of(Rank rank) {
    return program_.steps[static_cast<std::size_t>(rank.value)];
  }

  TensorId add_tensor(LayerId layer, Layout layout, Place place) {
    program_.tensors.push_back({layer, std::move(layout)});
    places_.push_back(place);
    return {program_.tensors.size() - 1};
  }

  [[nodiscard]] Place place(LayerId layer) const {
    return static_cast<Place>(lookahead_.stage(layer));
  }

  [[nodiscard]] const plan::Replica& replica(LayerId layer) const {
    return plan_.stages[lookahead_.stage(layer)].replicas.front();
  }

  /// How a layer's output travels.
  [[nodiscard]] split::WireType wire(LayerId layer) const {
    return replica(layer).wire(graph()[layer].name);
  }

  void compile_layer(LayerId layer) {
    if (std::holds_alternative<graph::Input>(graph()[layer].op)) {
      const TensorId frame =
          add_tensor(layer, Layout::rooted(plan_.input_rank, graph()[layer].output), at_input);
      steps_of(plan_.input_rank).push_back(ReadFrame{frame});
      versions_[layer.value].push_back(frame);
      return;
    }
    const Work work = find_work(layer);
    const TensorId made = compute(layer, work);
    versions_[layer.value].push_back(work.division.partial ? sum_up(layer, made) : made);
  }

  Work find_work(LayerId layer) {
    if (const Layout* fused = lookahead_.fused(layer)) {
      return {fused->ranks, lookahead_.divide(layer, *fused)};
    }
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
      inputs.push_back(provide(graph()[layer].inputs[i],
                               Layout::sharded(work.ranks, division.inputs[i]), place(layer)));
    }
    Layout layout = Layout::sharded(work.ranks, division.outputs);
    layout.partial = division.partial && work.ranks.size() > 1;
    const bool complete = !layout.partial;
    const TensorId output = add_tensor(layer, std::move(layout), place(layer));
    for (std::size_t member = 0; member < work.ranks.size(); ++member) {
      if (division.outputs[member].empty()) continue;
      Compute step{layer,    {},
                   output,   division.outputs[member],
                   complete, replica(layer).algorithm(graph()[layer].name, work.ranks[member])};
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
    const TensorId whole = add_transfer(sums, lookahead_.layout_of_sum(layer, group), place(layer));
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
  TensorId provide(LayerId layer, const Layout& target, Place wanted_at) {
    std::optional<TensorId> best;
    Bytes best_bytes = std::numeric_limits<Bytes>::max();
    for (const TensorId version : versions_[layer.value]) {
      const Layout& layout = program_[version].layout;
      if (split::is_held(layout, target)) return version;
      if (!layout.covers(graph()[layer].output)) continue;
      const auto candidate =
          split::redistribute(graph()[layer].output, layout, target, wire(layer));
      Bytes bytes = 0;
      for (const Rank rank : candidate.participants()) bytes += candidate.bytes_received(rank);
      if (bytes < best_bytes) {
        best = version;
        best_bytes = bytes;
      }
    }
    const Shape& shape = graph()[layer].output;
    const bool to_group = target.ranks.size() > 1 && target.is_replicated(shape);
    const Bytes bytes = split::wire_bytes(wire(layer), shape.volume());
    if (places_[best->value] != wanted_at && to_group && bytes > most_sent_to_each) {
      const std::vector<double> equal(target.ranks.size(), 1.0);
      best = add_transfer(*best, split::outermost_shards(target.ranks, shape, equal), wanted_at);
    }
    const TensorId made = add_transfer(*best, target, wanted_at);
    versions_[layer.value].push_back(made);
    return made;
  }

  TensorId add_transfer(TensorId from, const Layout& target, Place wanted_at) {
    const LayerId layer = program_[from].layer;
    const Shape& shape = graph()[layer].output;
    const bool crosses = places_[from.value] != wanted_at;
    const Layout source = program_[from].layout;
    const TensorId to = add_tensor(layer, target, wanted_at);
    program_.transfers.push_back(
        {from, to,
         crosses ? split::redistribute_by_messages(shape, source, target, wire(layer))
                 : split::redistribute(shape, source, target, wire(layer)),
         crosses});
    const TransferId id{program_.transfers.size() - 1};
    for (const Rank rank : program_[id].redistribution.participants()) {
      if (!crosses) {
        steps_of(rank).push_back(Transfer{id});
        continue;
      }
      if (sends(id, rank)) steps_of(rank).push_back(Send{id});
      if (target.box_of(rank)) steps_of(rank).push_back(Receive{id});
    }
    return to;
  }

  /// Whether a rank holds anything of what is wanted, be it by itself.
  [[nodiscard]] bool sends(TransferId id, Rank rank) const {
    const split::Redistribution& redistribution = program_[id].redistribution;
    const auto held = redistribution.source.box_of(rank);
    if (!held) return false;
    const Box kept = intersect(*held, redistribution.target.box_of(rank).value_or(Box{}));
    return !kept.empty() || std::any_of(redistribution.moves.begin(), redistribution.moves.end(),
                                        [&](const split::Move& move) { return move.from == rank; });
  }

  /// What the input rank does with a frame when it comes in needs no computing: it goes first.
  void put_input_first() {
    std::vector<Step>& steps = steps_of(plan_.input_rank);
    std::stable_partition(steps.begin(), steps.end(), [&](const Step& step) {
      const auto* send = std::get_if<Send>(&step);
      return std::holds_alternative<ReadFrame>(step) ||
             (send != nullptr && places_[program_[send->id].from.value] == at_input);
    });
  }

  const plan::Plan& plan_;
  Lookahead lookahead_;
  Program program_;
  std::vector<std::vector<TensorId>> versions_;  ///< by layer; the first is as it was made
  std::vector<Place> places_;                    ///< by tensor
};

}  // namespace

Lines lines(const Program& program, Rank rank) {
  const std::vector<Step>& steps = program.of(rank);
  const auto is_frame = [&](TensorId tensor) {
    return std::holds_alternative<graph::Input>(program.graph[program[tensor].layer].op);
  };
  Lines lines;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto* send = std::get_if<Send>(&steps[i]);
    const bool sends_frame = send != nullptr && is_frame(program[send->id].from);
    if (!sends_frame && !std::holds_alternative<ReadFrame>(steps[i]) &&
        !std::holds_alternative<Release>(steps[i])) {
      break;
    }
    lines.compute = i + 1;
  }
  lines.answer = steps.size();
  for (std::size_t i = steps.size(); i-- > lines.compute;) {
    const auto* receive = std::get_if<Receive>(&steps[i]);
    const bool is_answer =
        receive != nullptr && program[program[receive->id].to].layer == program.graph.output();
    const bool hands_out = is_answer || std::holds_alternative<WriteResult>(steps[i]);
    if (!hands_out && !std::holds_alternative<Release>(steps[i])) break;
    if (hands_out) lines.answer = i;
  }
  return lines;
}

Program compile(const plan::Plan& plan, const graph::Graph& lowered) {
  plan::validate(plan, lowered);
  for (const plan::Stage& stage : plan.stages) {
    if (stage.replicas.size() != 1) throw std::logic_error("a lane has one replica of each stage");
  }
  return Compiler(plan, lowered).compile();
}

}  // namespace shoal::program
