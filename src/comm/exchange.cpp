#include "shoal/comm/exchange.hpp"

#include <algorithm>

#include "comm/collectives.hpp"
#include "comm/handle.hpp"
#include "comm/messages.hpp"

namespace shoal::comm {
namespace {

bool contains(const std::vector<Rank>& ranks, Rank rank) {
  return std::find(ranks.begin(), ranks.end(), rank) != ranks.end();
}

}  // namespace

Exchange::Exchange(const Communicator& world, const std::vector<std::vector<Rank>>& groups)
    : world_(world), rank_(world.rank()) {
  for (const std::vector<Rank>& group : groups) {
    if (contains(group, rank_) && !groups_.contains(group)) {
      groups_.emplace(group, world_.subgroup(group));
    }
  }
}

std::span<float> Exchange::scratch(Index words) {
  const std::size_t count = addressable(words);
  if (scratch_.size() < count) scratch_ = AlignedBuffer(count);
  return scratch_.span().first(count);
}

void Exchange::carry_out(const split::Redistribution& redistribution, ConstView source,
                         View target) {
  if (!redistribution.is_collective()) {
    carry_out_messages(redistribution, source, target);
    return;
  }
  const Communicator& group = groups_.at(redistribution.participants());
  const std::span<float> memory = scratch(collective_scratch(redistribution, rank_));
  collective(redistribution, rank_, source, target, memory, group);
  traffic_.sent += redistribution.bytes_sent(rank_);
  traffic_.received += redistribution.bytes_received(rank_);
}

void Exchange::carry_out_messages(const split::Redistribution& redistribution, ConstView source,
                                  View target) {
  Index words = 0;
  for (const split::Move& move : redistribution.moves) {
    if (!(move.from == rank_) && !(move.to == rank_)) continue;
    words += split::wire_words(redistribution.wire, move.box.volume());
  }
  Messages messages(redistribution, rank_, source, target, scratch(words));
  const Traffic moved = messages.exchange(world_);
  traffic_.sent += moved.sent;
  traffic_.received += moved.received;
}

}  // namespace shoal::comm
