#include "comm/messages.hpp"

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
  const Box held = redistribution_.source.box_of(self_).value_or(Box{});
  const Box wanted = redistribution_.target.box_of(self_).value_or(Box{});
  Traffic moved;
  Requests requests(world);
  std::span<float> free = scratch_;
  const auto take = [&](const Box& box) {
    const std::span<float> taken = free.first(static_cast<std::size_t>(box.volume()));
    free = free.subspan(taken.size());
    return taken;
  };
  std::vector<std::pair<ConstView, View>> arriving;

  for (const split::Move& move : redistribution_.moves) {
    if (!(move.to == self_)) continue;
    const std::span<float> packed = take(move.box);
    requests.receive(packed, move.from.value);
    arriving.emplace_back(View(packed.data(), move.box.shape()),
                          target_.part(move.box.relative_to(wanted)));
    moved.received += move.box.bytes();
  }
  for (const split::Move& move : redistribution_.moves) {
    if (!(move.from == self_)) continue;
    const std::span<float> packed = take(move.box);
    copy(source_.part(move.box.relative_to(held)), View(packed.data(), move.box.shape()));
    requests.send(packed, move.to.value);
    moved.sent += move.box.bytes();
  }
  const Box kept = intersect(held, wanted);
  if (!kept.empty()) {
    copy(source_.part(kept.relative_to(held)), target_.part(kept.relative_to(wanted)));
  }
  requests.wait();
  for (const auto& [packed, place] : arriving) copy(packed, place);
  return moved;
}

}  // namespace shoal::comm
