#pragma once

#include <string_view>
#include <vector>

#include "shoal/split/layout.hpp"
#include "shoal/split/wire_type.hpp"

namespace shoal::split {

/// Kind of exchange of a redistribution. The first five are MPI collectives over one group; the
/// others are sets of messages between pairs, told apart for readers of a program.
enum class Pattern {
  broadcast,       ///< replicated <- rooted
  allgather,       ///< replicated <- sharded
  allreduce,       ///< replicated <- partial
  reduce_scatter,  ///< sharded <- partial
  reduce,          ///< rooted <- partial
  gather,          ///< rooted <- sharded
  scatter,         ///< sharded <- rooted
  halo,            ///< sharded <- sharded along the same axes: only the edges move
  all_to_all,      ///< sharded <- sharded otherwise
};

inline constexpr std::size_t pattern_count = 9;

std::string_view name(Pattern pattern);

/// One message: a box from one rank to another.
struct Move {
  Rank from;
  Rank to;
  Box box;
  friend bool operator==(const Move&, const Move&) = default;
};

/// Bytes that a rank sends and receives.
struct RankBytes {
  Rank rank;
  Bytes sent = 0;
  Bytes received = 0;
};

/// The change of a tensor from one layout to another.
struct Redistribution {
  Pattern pattern = Pattern::all_to_all;
  Layout source;
  Layout target;
  /// For the patterns between pairs: every message, in the order in which each rank sends and
  /// receives them. What a rank has already is not moved. For the collectives it is empty.
  std::vector<Move> moves;
  /// Type as which the elements travel; of summands, which would be rounded at every addition,
  /// float32.
  WireType wire = WireType::float32;

  [[nodiscard]] bool is_collective() const { return pattern <= Pattern::reduce; }
  [[nodiscard]] bool adds() const { return source.partial; }
  /// Source and target members, each once, in order of rank.
  [[nodiscard]] std::vector<Rank> participants() const;
  /// The root of a broadcast or reduce.
  [[nodiscard]] Rank root() const;
  /// One message of a pair pattern, in bytes.
  [[nodiscard]] Bytes bytes_of(const Move& move) const {
    return wire_bytes(wire, move.box.volume());
  }
  /// Bytes that `rank` sends and receives: the messages of a pair pattern; of a collective those of
  /// an algorithm that is near the least: rings for allgather, reduce-scatter and allreduce, a
  /// chain for broadcast and reduce.
  [[nodiscard]] Bytes bytes_sent(Rank rank) const;
  [[nodiscard]] Bytes bytes_received(Rank rank) const;
  /// The same of all participants, in their order.
  [[nodiscard]] std::vector<RankBytes> bytes() const;
};

/// Exchange that brings a tensor of `shape` from `source` to `target`, its elements travelling as
/// `wire` unless they are summands. The target is not partial; from a partial source it is
/// replicated over, rooted in, or disjointly sharded over members of the source.
///
/// Rows [0,56) [56,112) to rows [0,57) [55,112), as a 3x3 convolution needs them: a halo of two
/// moves, row 56 to the first and row 55 to the second rank.
Redistribution redistribute(const Shape& shape, const Layout& source, const Layout& target,
                            WireType wire = WireType::float32);

/// The same as messages between pairs whatever the layouts, none of them partial: members of one
/// group need not wait for those of the other.
Redistribution redistribute_by_messages(const Shape& shape, const Layout& source,
                                        const Layout& target, WireType wire = WireType::float32);

/// Whether every member of `target` already holds its box in `source`.
bool is_held(const Layout& source, const Layout& target);

}  // namespace shoal::split
