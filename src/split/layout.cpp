#include "shoal/split/layout.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "shoal/split/partition.hpp"

namespace shoal::split {

Layout Layout::rooted(Rank rank, const Shape& shape) {
  return replicated({rank}, shape);
}

Layout Layout::replicated(std::vector<Rank> ranks, const Shape& shape) {
  std::vector<Box> boxes(ranks.size(), Box::whole(shape));
  return {std::move(ranks), std::move(boxes), false};
}

Layout Layout::sharded(std::vector<Rank> ranks, std::vector<Box> boxes) {
  return {std::move(ranks), std::move(boxes), false};
}

Layout Layout::summands(std::vector<Rank> ranks, const Shape& shape) {
  Layout layout = replicated(std::move(ranks), shape);
  layout.partial = true;
  return layout;
}

std::optional<Box> Layout::box_of(Rank rank) const {
  const auto found = std::find(ranks.begin(), ranks.end(), rank);
  if (found == ranks.end()) return std::nullopt;
  const Box& box = boxes[static_cast<std::size_t>(found - ranks.begin())];
  if (box.empty()) return std::nullopt;
  return box;
}

bool Layout::is_replicated(const Shape& shape) const {
  return !partial && std::all_of(boxes.begin(), boxes.end(),
                                 [&](const Box& box) { return box == Box::whole(shape); });
}

bool Layout::covers(const Shape& shape) const {
  std::vector<Box> missing = {Box::whole(shape)};
  for (const Box& box : boxes) {
    std::vector<Box> rest;
    for (const Box& piece : missing) {
      for (const Box& left : subtract(piece, box)) rest.push_back(left);
    }
    missing = std::move(rest);
  }
  return missing.empty();
}

Layout outermost_shards(std::vector<Rank> ranks, const Shape& shape,
                        std::span<const double> shares) {
  const auto axis = std::find_if(all_axes.begin(), all_axes.end(),
                                 [&](Axis candidate) { return shape[candidate] > 1; });
  const Axis outermost = axis == all_axes.end() ? Axis::channel : *axis;
  std::vector<Box> boxes;
  for (const Range range : partition(shape[outermost], shares)) {
    boxes.push_back(Box::whole(shape).with(outermost, range));
  }
  return Layout::sharded(std::move(ranks), std::move(boxes));
}

bool Layout::is_disjoint() const {
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!intersect(boxes[i], boxes[j]).empty()) return false;
    }
  }
  return true;
}

std::string to_string(const std::vector<Rank>& ranks) {
  std::string text;
  for (std::size_t i = 0; i < ranks.size();) {
    std::size_t last = i;
    while (last + 1 < ranks.size() && ranks[last + 1].value == ranks[last].value + 1) ++last;
    text += fmt::format("{}{}", text.empty() ? "" : " ", ranks[i].value);
    if (last > i) text += fmt::format("-{}", ranks[last].value);
    i = last + 1;
  }
  return text;
}

std::string to_string(const Layout& layout, const Shape& shape) {
  if (layout.partial) return "partial over " + to_string(layout.ranks);
  if (layout.is_replicated(shape)) {
    return (layout.ranks.size() == 1 ? "rooted at " : "replicated over ") + to_string(layout.ranks);
  }
  std::string axes;
  for (const Axis axis : all_axes) {
    const bool cut = std::any_of(layout.boxes.begin(), layout.boxes.end(), [&](const Box& box) {
      return !box.empty() && box[axis] != Range{0, shape[axis]};
    });
    if (cut) axes += fmt::format("{}{}", axes.empty() ? "" : " and ", name(axis));
  }
  return fmt::format("sharded by {} over {}", axes, to_string(layout.ranks));
}

}  // namespace shoal::split
