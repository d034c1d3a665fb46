#include "program/pieces.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

#include "shoal/split/partition.hpp"

#include "program/boundary.hpp"
#include "program/release.hpp"

namespace shoal::program {
namespace {

using graph::LayerId;

/// How each layer is streamed: as the plan says or, where it says nothing, as the layer that it
/// follows.
std::vector<Streaming> streaming_of_layers(const graph::Graph& graph, const plan::Plan& lane) {
  std::vector<Streaming> streaming(graph.size());
  std::vector<bool> placed(graph.size(), false);
  for (const plan::Stage& stage : lane.stages) {
    for (const auto& [name, placement] : stage.replicas.front().layers) {
      const std::size_t layer = plan::resolve_layer(graph, name).value;
      streaming[layer] = {placement.chunks, placement.order};
      placed[layer] = true;
    }
  }
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const graph::Layer& layer = graph[LayerId{i}];
    if (placed[i] || !plan::follows(layer) || layer.inputs.empty()) continue;
    streaming[i] = streaming[layer.inputs.front().value];
  }
  return streaming;
}

/// So many equal chunks of a box along an axis, or as many as it has elements there.
std::vector<Box> equal_chunks(const Box& box, Axis axis, const Streaming& streaming) {
  const Range range = box[axis];
  const auto count =
      std::min<std::size_t>(streaming.chunks, static_cast<std::size_t>(range.size()));
  std::vector<Box> boxes;
  for (const Range part : split::partition(range.size(), std::vector<double>(count, 1.0))) {
    boxes.push_back(box.with(axis, {range.begin + part.begin, range.begin + part.end}));
  }
  if (streaming.order == plan::Order::descending) std::reverse(boxes.begin(), boxes.end());
  return boxes;
}

Box part(const std::vector<Box>& boxes, std::size_t index) {
  return index < boxes.size() ? boxes[index] : Box{};
}

/// Where in `boxes` the lowest is, the next and so on.
std::vector<std::size_t> from_low_to_high(const std::vector<Box>& boxes, Axis axis) {
  std::vector<std::size_t> places(boxes.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
    return boxes[a][axis].begin < boxes[b][axis].begin;
  });
  return places;
}

/// Which part of `held` each chunk waits for, given what each reads: what two neighbours read is
/// for the one that comes first, what nobody reads for any.
/// @param places the chunks from low to high
std::vector<Range> share_out(const Range& held, const std::vector<Range>& reads,
                             const std::vector<std::size_t>& places) {
  std::vector<Range> shares(reads.size());
  Index begin = held.begin;
  for (std::size_t i = 0; i < places.size(); ++i) {
    Index end = held.end;
    if (i + 1 < places.size()) {
      const bool is_first = places[i] < places[i + 1];
      end = is_first ? reads[places[i]].end : reads[places[i + 1]].begin;
      end = std::clamp(end, begin, held.end);
    }
    shares[places[i]] = {begin, end};
    begin = end;
  }
  return shares;
}

}  // namespace

Chunks::Chunks(const Program& program, const plan::Plan& lane) : program_(program) {
  const std::vector<Streaming> streaming = streaming_of_layers(program.graph, lane);
  Boundary boundary(program);
  for (int rank = 0; rank < program.ranks(); ++rank) {
    const std::vector<Step>& steps = program.of({rank});
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
      const auto* compute = std::get_if<Compute>(&*step);
      if (compute == nullptr) continue;
      cut({rank}, *compute, streaming[compute->layer.value], boundary);
      makers_[{compute->output, {rank}}] = compute;
    }
    note_readers({rank});
  }
}

void Chunks::cut(Rank rank, const Compute& step, const Streaming& streaming, Boundary& boundary) {
  const std::optional<Axis> axis = axis_of_chunks(program_.graph, step);
  if (!axis) {
    boxes_[&step] = {step.box};
  } else if (streaming.order == plan::Order::boundary_first) {
    boxes_[&step] = boundary.cut(rank, step, *axis);
  } else {
    boxes_[&step] = equal_chunks(step.box, *axis, streaming);
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
  std::vector<Range> reads;
  for (std::size_t i = 0; i < of(*step).size(); ++i) reads.push_back(read(*step, i, input)[axis]);
  std::vector<Box> boxes;
  for (const Range& share : share_out(held[axis], reads, from_low_to_high(of(*step), axis))) {
    boxes.push_back(held.with(axis, share));
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
