#include "program/pieces.hpp"

#include <algorithm>
#include <optional>

#include "shoal/split/partition.hpp"

#include "program/release.hpp"

namespace shoal::program {
namespace {

using graph::LayerId;

/// The axis along which a step is cut, so that each chunk is one run of memory and, by all that its
/// operator reads, can be made without the others.
std::optional<Axis> axis_of_chunks(const graph::Graph& graph, const Compute& step) {
  const graph::Op& op = graph[step.layer].op;
  if (!step.complete || std::holds_alternative<graph::Flatten>(op)) return std::nullopt;
  for (const Axis axis : spatial_axes) {
    if (step.box[axis].size() > 1) return axis;
  }
  if (std::holds_alternative<graph::Dense>(op)) return Axis::channel;
  return std::nullopt;
}

/// In how many chunks each layer is made: as the plan says, or, where it says nothing, as the layer
/// that it follows.
std::vector<std::size_t> chunks_of_layers(const graph::Graph& graph, const plan::Plan& lane) {
  std::vector<std::size_t> chunks(graph.size(), 1);
  std::vector<bool> placed(graph.size(), false);
  for (const plan::Stage& stage : lane.stages) {
    for (const auto& [name, placement] : stage.replicas.front().layers) {
      const std::size_t layer = plan::resolve_layer(graph, name).value;
      chunks[layer] = placement.chunks;
      placed[layer] = true;
    }
  }
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const graph::Layer& layer = graph[LayerId{i}];
    if (placed[i] || !plan::follows(layer) || layer.inputs.empty()) continue;
    chunks[i] = chunks[layer.inputs.front().value];
  }
  return chunks;
}

Box part(const std::vector<Box>& boxes, std::size_t index) {
  return index < boxes.size() ? boxes[index] : Box{};
}

}  // namespace

Chunks::Chunks(const Program& program, const plan::Plan& lane) : program_(program) {
  const std::vector<std::size_t> chunks = chunks_of_layers(program.graph, lane);
  for (int rank = 0; rank < program.ranks(); ++rank) {
    for (const Step& step : program.of({rank})) {
      const auto* compute = std::get_if<Compute>(&step);
      if (compute == nullptr) continue;
      cut(*compute, chunks[compute->layer.value]);
      makers_[{compute->output, {rank}}] = compute;
    }
    note_readers({rank});
  }
}

void Chunks::cut(const Compute& step, std::size_t chunks) {
  std::vector<Box>& boxes = boxes_[&step];
  const std::optional<Axis> axis = axis_of_chunks(program_.graph, step);
  if (!axis) {
    boxes = {step.box};
    return;
  }
  const Range range = step.box[*axis];
  const auto count = std::min<std::size_t>(chunks, static_cast<std::size_t>(range.size()));
  for (const Range part : split::partition(range.size(), std::vector<double>(count, 1.0))) {
    boxes.push_back(step.box.with(*axis, {range.begin + part.begin, range.begin + part.end}));
  }
}

Box Chunks::read(const Compute& step, std::size_t index, std::size_t input) const {
  const graph::Graph& graph = program_.graph;
  const Box& box = step.inputs[input].box;
  if (!is_streamed(step)) return box;
  const Shape shape = graph.input_shapes(step.layer)[input];
  return intersect(box, graph::input_box(graph.footprint(step.layer), of(step)[index], shape));
}

void Chunks::note_readers(Rank rank) {
  for (const Step& step : program_.of(rank)) {
    const auto* compute = std::get_if<Compute>(&step);
    for (const TensorId tensor : read_by(program_, rank, step)) {
      readers_.try_emplace({tensor, rank}, compute);
    }
  }
}

std::vector<Box> Chunks::made(TensorId tensor, Rank rank) const {
  const auto maker = makers_.find({tensor, rank});
  if (maker != makers_.end()) return of(*maker->second);
  return {program_[tensor].layout.box_of(rank).value_or(Box{})};
}

std::vector<Box> Chunks::wanted(TensorId tensor, Rank rank) const {
  const Box held = program_[tensor].layout.box_of(rank).value_or(Box{});
  const Compute* step = reader(tensor, rank);
  if (step == nullptr || !is_streamed(*step)) return {held};
  const Axis axis = axis_of_chunks(program_.graph, *step).value();
  const auto input = static_cast<std::size_t>(
      std::find_if(step->inputs.begin(), step->inputs.end(),
                   [&](const Operand& operand) { return operand.tensor == tensor; }) -
      step->inputs.begin());
  std::vector<Box> boxes;
  Index begin = held[axis].begin;
  for (std::size_t i = 0; i < of(*step).size(); ++i) {
    const bool is_last = i + 1 == of(*step).size();
    const Index end = is_last ? held[axis].end : std::max(begin, read(*step, i, input)[axis].end);
    boxes.push_back(held.with(axis, {begin, end}));
    begin = end;
  }
  return boxes;
}

const Compute* Chunks::reader(TensorId tensor, Rank rank) const {
  const auto found = readers_.find({tensor, rank});
  return found == readers_.end() ? nullptr : found->second;
}

bool is_streamed(const Program& program, const Chunks& chunks, const TransferInfo& transfer) {
  if (transfer.redistribution.adds()) return false;
  const auto in_pieces = [](const std::vector<Box>& boxes) { return boxes.size() > 1; };
  const std::vector<Rank>& from = program[transfer.from].layout.ranks;
  const std::vector<Rank>& to = program[transfer.to].layout.ranks;
  return std::any_of(from.begin(), from.end(),
                     [&](Rank rank) { return in_pieces(chunks.made(transfer.from, rank)); }) ||
         std::any_of(to.begin(), to.end(),
                     [&](Rank rank) { return in_pieces(chunks.wanted(transfer.to, rank)); });
}

namespace {

/// Cuts one transfer.
class Cutter {
 public:
  Cutter(const Program& program, const Chunks& chunks, const TransferInfo& transfer)
      : source_(program[transfer.from].layout),
        target_(program[transfer.to].layout),
        whole_(split::redistribute_by_messages(program.shape(transfer.from), source_, target_,
                                               transfer.redistribution.wire)) {
    for (const Rank rank : source_.ranks) made_[rank] = chunks.made(transfer.from, rank);
    for (const Rank rank : target_.ranks) wanted_[rank] = chunks.wanted(transfer.to, rank);
  }

  [[nodiscard]] std::vector<Piece> cut() const {
    std::vector<Piece> pieces;
    for (std::size_t wanted = 0; wanted < most(wanted_); ++wanted) {
      for (std::size_t made = 0; made < most(made_); ++made) {
        Piece piece{made, wanted, cut_piece(made, wanted)};
        if (!piece.redistribution.participants().empty()) pieces.push_back(std::move(piece));
      }
    }
    return pieces;
  }

 private:
  using Boxes = std::map<Rank, std::vector<Box>>;

  static std::size_t most(const Boxes& boxes) {
    std::size_t most = 0;
    for (const auto& [rank, parts] : boxes) most = std::max(most, parts.size());
    return most;
  }

  [[nodiscard]] split::Redistribution cut_piece(std::size_t made, std::size_t wanted) const {
    split::Redistribution piece;
    piece.pattern = whole_.pattern;
    piece.wire = whole_.wire;
    piece.source = {source_.ranks, std::vector<Box>(source_.ranks.size()), false};
    piece.target = {target_.ranks, std::vector<Box>(target_.ranks.size()), false};
    const auto use = [&](Rank from, Rank to) {
      box_at(piece.source, from) = part(made_.at(from), made);
      box_at(piece.target, to) = part(wanted_.at(to), wanted);
    };
    for (const split::Move& move : whole_.moves) {
      const Box box = intersect(
          move.box, intersect(part(made_.at(move.from), made), part(wanted_.at(move.to), wanted)));
      if (box.empty()) continue;
      piece.moves.push_back({move.from, move.to, box});
      use(move.from, move.to);
    }
    for (const Rank rank : target_.ranks) {
      if (!made_.contains(rank)) continue;
      const Box kept = intersect(part(made_.at(rank), made), part(wanted_.at(rank), wanted));
      if (!kept.empty()) use(rank, rank);
    }
    return piece;
  }

  static Box& box_at(split::Layout& layout, Rank rank) {
    const auto at = std::find(layout.ranks.begin(), layout.ranks.end(), rank);
    return layout.boxes[static_cast<std::size_t>(at - layout.ranks.begin())];
  }

  const split::Layout& source_;
  const split::Layout& target_;
  split::Redistribution whole_;
  Boxes made_;
  Boxes wanted_;
};

}  // namespace

std::vector<Piece> cut(const Program& program, const Chunks& chunks, const TransferInfo& transfer) {
  return Cutter(program, chunks, transfer).cut();
}

}  // namespace shoal::program
