#include "shoal/split/keep.hpp"

#include "shoal/split/wire.hpp"
#include "shoal/tensor/tensor.hpp"

namespace shoal::split {
namespace {

/// The boxes of the messages that a rank sends, each once and where it is sent last.
std::vector<Box> boxes_sent(const Redistribution& redistribution, Rank self) {
  std::vector<Box> boxes;
  for (const Move& move : redistribution.moves) {
    if (!(move.from == self)) continue;
    std::erase(boxes, move.box);
    boxes.push_back(move.box);
  }
  return boxes;
}

}  // namespace

void keep(const Redistribution& redistribution, Rank self, ConstView source, View target) {
  const Box held = redistribution.source.box_of(self).value_or(Box{});
  const Box wanted = redistribution.target.box_of(self).value_or(Box{});
  const Box kept = intersect(held, wanted);
  if (kept.empty()) return;
  copy(source.part(kept.relative_to(held)), target.part(kept.relative_to(wanted)));
  if (redistribution.wire == WireType::float32) return;
  for (const Box& box : boxes_sent(redistribution, self)) {
    const Box both = intersect(box, wanted);
    if (both.empty()) continue;
    Tensor rounded(box.shape());
    round(redistribution.wire, source.part(box.relative_to(held)), rounded.view());
    copy(rounded.view().part(both.relative_to(box)), target.part(both.relative_to(wanted)));
  }
}

}  // namespace shoal::split
