#include "shoal/split/redistribution.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace shoal::split {
namespace {

std::vector<Rank> holders(const Layout& layout) {
  std::vector<Rank> ranks;
  for (std::size_t i = 0; i < layout.ranks.size(); ++i) {
    if (!layout.boxes[i].empty()) ranks.push_back(layout.ranks[i]);
  }
  return ranks;
}

bool cuts(const Layout& layout, const Shape& shape, Axis axis) {
  return std::any_of(layout.boxes.begin(), layout.boxes.end(), [&](const Box& box) {
    return !box.empty() && box[axis] != Range{0, shape[axis]};
  });
}

bool same_cuts(const Layout& a, const Layout& b, const Shape& shape) {
  return std::all_of(all_axes.begin(), all_axes.end(),
                     [&](Axis axis) { return cuts(a, shape, axis) == cuts(b, shape, axis); });
}

Pattern pattern_of_sum(const Shape& shape, const Layout& source, const Layout& target) {
  const std::vector<Rank> targets = holders(target);
  if (targets.size() == 1 && target.is_replicated(shape)) return Pattern::reduce;
  if (target.is_replicated(shape) && target.ranks == source.ranks) return Pattern::allreduce;
  if (target.is_disjoint() && target.ranks == source.ranks) return Pattern::reduce_scatter;
  throw std::logic_error("partial sums must be added up within their group");
}

Pattern pattern_of_messages(const Shape& shape, const Layout& source, const Layout& target) {
  if (holders(target).size() == 1) return Pattern::gather;
  if (holders(source).size() == 1) return Pattern::scatter;
  return same_cuts(source, target, shape) ? Pattern::halo : Pattern::all_to_all;
}

Pattern pattern_of_copy(const Shape& shape, const Layout& source, const Layout& target) {
  const bool to_all = target.is_replicated(shape) && target.ranks.size() > 1;
  const bool from_one = holders(source).size() == 1;
  const bool among_sources = std::all_of(source.ranks.begin(), source.ranks.end(),
                                         [&](Rank rank) { return target.box_of(rank); });
  if (to_all && from_one && source.is_replicated(shape) && among_sources) return Pattern::broadcast;
  if (to_all && target.ranks == source.ranks && source.is_disjoint()) return Pattern::allgather;
  return pattern_of_messages(shape, source, target);
}

/// The members of `source` as `receiver` asks them: from the one after it, around the group, so
/// that the load of a replicated tensor is spread.
std::vector<std::size_t> order_of_asking(const Layout& source, Rank receiver) {
  const std::size_t count = source.ranks.size();
  const auto after = std::upper_bound(source.ranks.begin(), source.ranks.end(), receiver);
  const auto first = static_cast<std::size_t>(after - source.ranks.begin());
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < count; ++i) order.push_back((first + i) % count);
  return order;
}

/// What one receiver is sent: each element that it lacks, once.
void append_moves(std::vector<Move>& moves, const Layout& source, Rank receiver, const Box& box) {
  std::vector<Box> lacking = {box};
  if (const auto own = source.box_of(receiver)) lacking = subtract(box, *own);
  for (const std::size_t holder : order_of_asking(source, receiver)) {
    if (source.ranks[holder] == receiver) continue;
    std::vector<Box> rest;
    for (const Box& piece : lacking) {
      const Box found = intersect(piece, source.boxes[holder]);
      if (!found.empty()) moves.push_back({source.ranks[holder], receiver, found});
      for (const Box& left : subtract(piece, source.boxes[holder])) rest.push_back(left);
    }
    lacking = std::move(rest);
  }
  if (!lacking.empty()) throw std::logic_error("a redistribution wants what nobody holds");
}

void append_moves(Redistribution& redistribution) {
  const Layout& target = redistribution.target;
  for (std::size_t i = 0; i < target.ranks.size(); ++i) {
    if (target.boxes[i].empty()) continue;
    append_moves(redistribution.moves, redistribution.source, target.ranks[i], target.boxes[i]);
  }
}

Index largest(const Layout& layout) {
  Index floats = 0;
  for (const Box& box : layout.boxes) floats = std::max(floats, box.volume());
  return floats;
}

/// What all members have, which a collective gives to each: of shards, each is packed by itself.
Bytes whole_bytes(const Redistribution& redistribution) {
  const WireType wire = redistribution.wire;
  if (redistribution.pattern != Pattern::allgather) {
    return wire_bytes(wire,
                      std::max(largest(redistribution.source), largest(redistribution.target)));
  }
  Bytes bytes = 0;
  for (const Box& box : redistribution.source.boxes) bytes += wire_bytes(wire, box.volume());
  return bytes;
}

Bytes bytes_in(const Layout& layout, Rank rank, WireType wire) {
  return wire_bytes(wire, layout.box_of(rank).value_or(Box{}).volume());
}

/// The shard of the member so many places after `rank`, around the ring.
Bytes bytes_after(const Layout& layout, Rank rank, std::size_t places, WireType wire) {
  const auto self = std::find(layout.ranks.begin(), layout.ranks.end(), rank);
  const auto other = static_cast<std::size_t>(self - layout.ranks.begin()) + places;
  return wire_bytes(wire, layout.boxes[other % layout.ranks.size()].volume());
}

/// The end of the chain that begins at the root.
Rank far_end(const Redistribution& redistribution) {
  const std::vector<Rank> ranks = redistribution.participants();
  if (ranks.size() > 1 && ranks.back() == redistribution.root()) return ranks[ranks.size() - 2];
  return ranks.back();
}

}  // namespace

std::string_view name(Pattern pattern) {
  constexpr std::array<std::string_view, pattern_count> names = {
      "broadcast", "allgather", "allreduce", "reduce-scatter", "reduce",
      "gather",    "scatter",   "halo",      "all-to-all"};
  return names[static_cast<std::size_t>(pattern)];
}

std::vector<Rank> Redistribution::participants() const {
  std::vector<Rank> ranks;
  if (is_collective()) {
    ranks = source.ranks;
    ranks.insert(ranks.end(), target.ranks.begin(), target.ranks.end());
  } else {
    // Who only keeps a part of what it has takes part too: the target is a buffer of its own.
    ranks = holders(target);
    for (const Move& move : moves) ranks.push_back(move.from);
  }
  std::sort(ranks.begin(), ranks.end());
  ranks.erase(std::unique(ranks.begin(), ranks.end()), ranks.end());
  return ranks;
}

std::vector<RankBytes> Redistribution::bytes() const {
  std::vector<RankBytes> result;
  for (const Rank rank : participants()) result.push_back({rank});
  if (is_collective()) {
    for (RankBytes& one : result) {
      one.sent = bytes_sent(one.rank);
      one.received = bytes_received(one.rank);
    }
    return result;
  }
  const auto of = [&](Rank rank) -> RankBytes& {
    return *std::lower_bound(result.begin(), result.end(), rank,
                             [](const RankBytes& one, Rank wanted) { return one.rank < wanted; });
  };
  for (const Move& move : moves) {
    of(move.from).sent += bytes_of(move);
    of(move.to).received += bytes_of(move);
  }
  return result;
}

Rank Redistribution::root() const {
  return pattern == Pattern::reduce ? holders(target).front() : holders(source).front();
}

Bytes Redistribution::bytes_sent(Rank rank) const {
  const auto members = static_cast<Bytes>(source.ranks.size());
  const Bytes whole = whole_bytes(*this);
  switch (pattern) {
    case Pattern::broadcast:
      return rank == far_end(*this) ? 0 : whole;
    case Pattern::allgather:
      return whole - bytes_after(source, rank, 1, wire);
    case Pattern::allreduce:
      return 2 * whole * (members - 1) / members;
    case Pattern::reduce_scatter:
      return whole - bytes_in(target, rank, wire);
    case Pattern::reduce:
      return rank == root() ? 0 : whole;
    default:
      break;
  }
  Bytes bytes = 0;
  for (const Move& move : moves) bytes += move.from == rank ? bytes_of(move) : 0;
  return bytes;
}

Bytes Redistribution::bytes_received(Rank rank) const {
  const auto members = static_cast<Bytes>(source.ranks.size());
  const Bytes whole = whole_bytes(*this);
  switch (pattern) {
    case Pattern::broadcast:
      return rank == root() ? 0 : whole;
    case Pattern::allgather:
      return whole - bytes_in(source, rank, wire);
    case Pattern::allreduce:
      return 2 * whole * (members - 1) / members;
    case Pattern::reduce_scatter:
      return whole - bytes_after(target, rank, source.ranks.size() - 1, wire);
    case Pattern::reduce:
      return rank == far_end(*this) ? 0 : whole;
    default:
      break;
  }
  Bytes bytes = 0;
  for (const Move& move : moves) bytes += move.to == rank ? bytes_of(move) : 0;
  return bytes;
}

bool is_held(const Layout& source, const Layout& target) {
  if (source.partial) return false;
  for (std::size_t i = 0; i < target.ranks.size(); ++i) {
    if (target.boxes[i].empty()) continue;
    const auto held = source.box_of(target.ranks[i]);
    if (!held || !held->contains(target.boxes[i])) return false;
  }
  return true;
}

Redistribution redistribute(const Shape& shape, const Layout& source, const Layout& target,
                            WireType wire) {
  Redistribution result;
  result.wire = source.partial ? WireType::float32 : wire;
  result.source = source;
  result.target = target;
  result.pattern = source.partial ? pattern_of_sum(shape, source, target)
                                  : pattern_of_copy(shape, source, target);
  if (!result.is_collective()) append_moves(result);
  return result;
}

Redistribution redistribute_by_messages(const Shape& shape, const Layout& source,
                                        const Layout& target, WireType wire) {
  if (source.partial) throw std::logic_error("partial sums must be added up within their group");
  Redistribution result{pattern_of_messages(shape, source, target), source, target, {}, wire};
  append_moves(result);
  return result;
}

}  // namespace shoal::split
