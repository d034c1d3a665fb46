#include "program/boundary.hpp"

#include <algorithm>
#include <optional>

namespace shoal::program {
namespace {

/// The rows of a box between the ends that `edges` take: each takes the end to which it is nearer.
/// One that leaves as much out at both takes neither, such as one of all rows.
Range between(const Range& rows, const std::vector<Range>& edges) {
  Range left = rows;
  for (const Range& edge : edges) {
    const Index below = edge.begin - rows.begin;
    const Index above = rows.end - edge.end;
    if (below < above) left.begin = std::max(left.begin, edge.end);
    if (above < below) left.end = std::min(left.end, edge.begin);
  }
  return left;
}

}  // namespace

std::optional<Axis> axis_of_chunks(const graph::Graph& graph, const Compute& step) {
  const graph::Op& op = graph[step.layer].op;
  if (!step.complete || std::holds_alternative<graph::Flatten>(op)) return std::nullopt;
  for (const Axis axis : spatial_axes) {
    if (step.box[axis].size() > 1) return axis;
  }
  if (std::holds_alternative<graph::Dense>(op)) return Axis::channel;
  return std::nullopt;
}

Boundary::Boundary(const Program& program) : program_(program) {
  for (const TransferInfo& transfer : program.transfers) {
    if (transfer.redistribution.adds()) continue;
    for (const split::Move& move : transfer.redistribution.moves) {
      wanted_[{transfer.from, move.from}].push_back(move.box);
      received_[{transfer.to, move.to}].push_back(move.box);
    }
  }
}

std::vector<Box> Boundary::cut(Rank rank, const Compute& step, Axis axis) {
  const Range rows = step.box[axis];
  const Range wanted = behind_wanted(rank, step, axis);
  Range interior = wanted;
  const Range waiting = behind_waiting(rank, step, axis);
  if (wanted.begin == rows.begin) interior.begin = waiting.begin;
  if (wanted.end == rows.end) interior.end = waiting.end;
  if (interior.empty()) interior = wanted;

  std::vector<Box> first;
  std::vector<Box> last;
  const auto add = [&](const Range& edge, bool is_wanted) {
    if (!edge.empty()) (is_wanted ? first : last).push_back(step.box.with(axis, edge));
  };
  add({rows.begin, interior.begin}, wanted.begin > rows.begin);
  add({interior.end, rows.end}, wanted.end < rows.end);
  for (const Box& chunk : first) want_inputs(rank, step, chunk);
  first.push_back(step.box.with(axis, interior));
  first.insert(first.end(), last.begin(), last.end());
  return first;
}

Range Boundary::behind_wanted(Rank rank, const Compute& step, Axis axis) const {
  const Range rows = step.box[axis];
  const auto found = wanted_.find({step.output, rank});
  if (found == wanted_.end()) return rows;
  std::vector<Range> edges;
  for (const Box& box : found->second) edges.push_back(box[axis]);
  const Range left = between(rows, edges);
  return left.empty() ? rows : left;
}

Range Boundary::behind_waiting(Rank rank, const Compute& step, Axis axis) const {
  Range left = step.box[axis];
  const auto row_waits = [&](Index row) {
    return waits(rank, step, step.box.with(axis, {row, row + 1}));
  };
  while (!left.empty() && row_waits(left.begin)) ++left.begin;
  while (!left.empty() && row_waits(left.end - 1)) --left.end;
  return left.empty() ? step.box[axis] : left;
}

/// Whether a box of the output reads anything that others send.
bool Boundary::waits(Rank rank, const Compute& step, const Box& box) const {
  const graph::Footprint footprint = program_.graph.footprint(step.layer);
  for (const Operand& input : step.inputs) {
    const auto found = received_.find({input.tensor, rank});
    if (found == received_.end()) continue;
    const Box read = graph::input_box(footprint, box, program_.shape(input.tensor));
    const auto is_read = [&](const Box& one) { return !intersect(one, read).empty(); };
    if (std::any_of(found->second.begin(), found->second.end(), is_read)) return true;
  }
  return false;
}

/// What a chunk that is wanted reads is wanted too.
void Boundary::want_inputs(Rank rank, const Compute& step, const Box& chunk) {
  const graph::Footprint footprint = program_.graph.footprint(step.layer);
  for (const Operand& input : step.inputs) {
    const Box read = graph::input_box(footprint, chunk, program_.shape(input.tensor));
    wanted_[{input.tensor, rank}].push_back(intersect(input.box, read));
  }
}

}  // namespace shoal::program
