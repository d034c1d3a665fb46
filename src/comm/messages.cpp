#include "comm/messages.hpp"

#include "shoal/split/keep.hpp"
#include "shoal/split/wire.hpp"

#include "comm/requests.hpp"

namespace shoal::comm {
Messages::Messages(const split::Redistribution& redistribution, Rank self, ConstView source,
                   View target, std::span<float> scratch)
    : redistribution_(redistribution),
      self_(self),
      source_(source),
      target_(target),
      scratch_(scratch) {}

Traffic Messages::exchange(const Communicator& world) {
  const split::WireType wire = redistribution_.wire;
  const Box held = redistribution_.source.box_of(self_).value_or(Box{});
  const Box wanted = redistribution_.target.box_of(self_).value_or(Box{});
  Traffic moved;
  Requests requests(world);
  std::span<float> free = scratch_;
  const auto take = [&](const Box& box) {
    const Index words = split::wire_words(wire, box.volume());
    const std::span<float> taken = free.first(static_cast<std::size_t>(words));
    free = free.subspan(taken.size());
    return taken;
  };
  std::vector<std::pair<std::span<const float>, View>> arriving;

  for (const split::Move& move : redistribution_.moves) {
    if (!(move.to == self_)) continue;
    const std::span<float> packed = take(move.box);
    requests.receive(packed, move.from.value);
    arriving.emplace_back(packed, target_.part(move.box.relative_to(wanted)));
    moved.received += redistribution_.bytes_of(move);
  }
  for (const split::Move& move : redistribution_.moves) {
    if (!(move.from == self_)) continue;
    const std::span<float> packed = take(move.box);
    split::pack(wire, source_.part(move.box.relative_to(held)), packed);
    requests.send(packed, move.to.value);
    moved.sent += redistribution_.bytes_of(move);
  }
  split::keep(redistribution_, self_, source_, target_);
  requests.wait();
  for (const auto& [packed, place] : arriving) split::unpack(wire, packed, place);
  return moved;
}

}  // namespace shoal::comm
