#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "shoal/tensor/box.hpp"

namespace shoal::split {

/// Distribution of a tensor over a group of ranks: the box of it that each member holds.
///
/// - replicated: every member holds all of it;
/// - rooted: replicated over a group of one;
/// - sharded: the boxes together are the tensor (they may overlap);
/// - partial: every member holds a summand of all of it.
struct Layout {
  std::vector<Rank> ranks;  ///< the members, in order
  std::vector<Box> boxes;   ///< what each of them holds; may be empty
  bool partial = false;     ///< whether the boxes are summands

  static Layout rooted(Rank rank, const Shape& shape);
  static Layout replicated(std::vector<Rank> ranks, const Shape& shape);
  static Layout sharded(std::vector<Rank> ranks, std::vector<Box> boxes);
  static Layout summands(std::vector<Rank> ranks, const Shape& shape);

  /// Box that `rank` holds; nothing where it is no member or its box is empty.
  [[nodiscard]] std::optional<Box> box_of(Rank rank) const;
  [[nodiscard]] bool is_replicated(const Shape& shape) const;
  /// Whether every element is held by some member. What a strided layer was given may leave out
  /// rows.
  [[nodiscard]] bool covers(const Shape& shape) const;
  /// Whether no element is held by two members.
  [[nodiscard]] bool is_disjoint() const;

  friend bool operator==(const Layout&, const Layout&) = default;
};

/// Shards along the outermost axis that has more than one element: each is one run of memory, and
/// of the flattened tensor.
Layout outermost_shards(std::vector<Rank> ranks, const Shape& shape,
                        std::span<const double> shares);

/// `replicated over 0 1 2`, `rooted at 0`, `sharded by height over 0 1 2 3`, `partial over 0 1`.
std::string to_string(const Layout& layout, const Shape& shape);

/// `0-3 7`: ranks as people write them.
std::string to_string(const std::vector<Rank>& ranks);

}  // namespace shoal::split
