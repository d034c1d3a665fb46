#include "comm/collectives.hpp"

#include <algorithm>
#include <stdexcept>

#include "shoal/split/wire.hpp"

#include "comm/algorithms.hpp"

namespace shoal::comm {
namespace {

using split::Layout;
using split::Pattern;
using split::Redistribution;

/// The boxes of the members behind each other, as they travel.
Pieces pieces_of(const Layout& layout, split::WireType wire) {
  Pieces pieces;
  pieces.offsets.push_back(0);
  for (const Box& box : layout.boxes) {
    pieces.offsets.push_back(pieces.total() + split::wire_words(wire, box.volume()));
  }
  return pieces;
}

/// Where in the group a rank of the job is.
int member(const std::vector<Rank>& ranks, Rank rank) {
  return static_cast<int>(std::find(ranks.begin(), ranks.end(), rank) - ranks.begin());
}

std::span<float> run_of(View dense) {
  return {dense.data(), static_cast<std::size_t>(dense.shape().volume())};
}

/// Memory as it is used up from the front.
std::span<float> take(std::span<float>& memory, Index floats) {
  const std::span<float> taken = memory.first(static_cast<std::size_t>(floats));
  memory = memory.subspan(taken.size());
  return taken;
}

void allgather(const Redistribution& redistribution, Rank self, ConstView source, View target,
               std::span<float> scratch, const Communicator& group) {
  const Layout& shards = redistribution.source;
  const Pieces pieces = pieces_of(shards, redistribution.wire);
  const int own = member(shards.ranks, self);
  const std::span<float> all = take(scratch, pieces.total());
  const auto place = static_cast<std::size_t>(own);
  if (!shards.boxes[place].empty()) split::pack(redistribution.wire, source, pieces.of(all, own));
  gather_pieces(group, all, pieces);
  const Box whole = redistribution.target.boxes[place];
  // Its own too, as everyone else has it, but where that is there already.
  for (std::size_t i = 0; i < shards.boxes.size(); ++i) {
    if (shards.boxes[i].empty()) continue;
    const View part = target.part(shards.boxes[i].relative_to(whole));
    if (part.data() == source.data() && redistribution.wire == split::WireType::float32) continue;
    split::unpack(redistribution.wire, pieces.of(all, static_cast<int>(i)), part);
  }
}

/// The summand of this member as one run of floats in `to`; zeros where it has none.
void take_summand(ConstView source, View to) {
  if (source.data() == nullptr) {
    std::fill_n(to.data(), to.shape().volume(), 0.0F);
  } else {
    copy(source, to);
  }
}

void allreduce(ConstView source, View target, std::span<float> scratch, const Communicator& group) {
  take_summand(source, target);
  const std::span<float> values = run_of(target);
  const Pieces pieces = even_pieces(target.shape().volume(), group.size());
  sum_pieces(group, values, pieces, scratch);
  gather_pieces(group, values, pieces);
}

void reduce_scatter(const Redistribution& redistribution, Rank self, ConstView source, View target,
                    std::span<float> scratch, const Communicator& group) {
  const Layout& shards = redistribution.target;
  const Pieces pieces = pieces_of(shards, redistribution.wire);
  const std::span<float> all = take(scratch, pieces.total());
  for (std::size_t i = 0; i < shards.boxes.size(); ++i) {
    if (shards.boxes[i].empty()) continue;
    // A summand covers the whole tensor, so its box begins at the origin.
    const ConstView part = source.data() == nullptr ? source : source.part(shards.boxes[i]);
    take_summand(part, {pieces.of(all, static_cast<int>(i)).data(), shards.boxes[i].shape()});
  }
  sum_pieces(group, all, pieces, scratch);
  const std::span<float> own = pieces.of(all, member(shards.ranks, self));
  std::copy(own.begin(), own.end(), target.data());
}

void reduce(const Redistribution& redistribution, Rank self, ConstView source, View target,
            std::span<float> scratch, const Communicator& group) {
  const Shape shape = redistribution.target.box_of(redistribution.root())->shape();
  const bool is_root = self == redistribution.root();
  const View summand = is_root ? target : View(take(scratch, shape.volume()).data(), shape);
  take_summand(source, summand);
  reduce(group, run_of(summand), member(redistribution.participants(), redistribution.root()),
         scratch);
}

void broadcast(const Redistribution& redistribution, Rank self, ConstView source, View target,
               std::span<float> scratch, const Communicator& group) {
  const split::WireType wire = redistribution.wire;
  const bool as_it_is = wire == split::WireType::float32;
  const std::span<float> words =
      as_it_is ? run_of(target) : take(scratch, split::wire_words(wire, target.shape().volume()));
  if (self == redistribution.root()) split::pack(wire, source, words);
  broadcast(group, words, member(redistribution.participants(), redistribution.root()));
  if (!as_it_is) split::unpack(wire, words, target);
}

}  // namespace

Index collective_scratch(const Redistribution& redistribution, Rank self) {
  const auto members = static_cast<int>(redistribution.participants().size());
  const split::WireType wire = redistribution.wire;
  switch (redistribution.pattern) {
    case Pattern::broadcast:
      if (wire == split::WireType::float32) return 0;
      return split::wire_words(wire, redistribution.target.boxes.front().volume());
    case Pattern::allgather:
      return pieces_of(redistribution.source, wire).total();
    case Pattern::allreduce:
      return sum_pieces_scratch(even_pieces(redistribution.target.boxes.front().volume(), members));
    case Pattern::reduce_scatter: {
      const Pieces pieces = pieces_of(redistribution.target, wire);
      return pieces.total() + sum_pieces_scratch(pieces);
    }
    case Pattern::reduce: {
      const Index floats = redistribution.target.box_of(redistribution.root())->volume();
      return reduce_scratch(floats) + (self == redistribution.root() ? 0 : floats);
    }
    default:
      return 0;
  }
}

void collective(const Redistribution& redistribution, Rank self, ConstView source, View target,
                std::span<float> scratch, const Communicator& group) {
  switch (redistribution.pattern) {
    case Pattern::broadcast:
      return broadcast(redistribution, self, source, target, scratch, group);
    case Pattern::allgather:
      return allgather(redistribution, self, source, target, scratch, group);
    case Pattern::allreduce:
      return allreduce(source, target, scratch, group);
    case Pattern::reduce_scatter:
      return reduce_scatter(redistribution, self, source, target, scratch, group);
    case Pattern::reduce:
      return reduce(redistribution, self, source, target, scratch, group);
    default:
      throw std::logic_error("not a collective");
  }
}

}  // namespace shoal::comm
