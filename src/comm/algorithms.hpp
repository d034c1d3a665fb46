#pragma once

#include <span>
#include <vector>

#include "shoal/comm/communicator.hpp"

namespace shoal::comm {

/// Collectives over runs of floats, made of messages between members. Each keeps every line as busy
/// as split::Redistribution says, which on small devices' networks is what counts, and adds up in
/// an order of its own, whatever arrives first.

/// Cuts of a run of floats into a piece for each member.
struct Pieces {
  std::vector<Index> offsets;  ///< one more than members

  [[nodiscard]] int members() const { return static_cast<int>(offsets.size()) - 1; }
  [[nodiscard]] Index total() const { return offsets.back(); }
  [[nodiscard]] Index size(int member) const;
  [[nodiscard]] Index largest() const;
  [[nodiscard]] std::span<float> of(std::span<float> values, int member) const;
};

/// As even as can be.
Pieces even_pieces(Index floats, int members);

/// Every member has a summand of all in `values`; its own piece of it becomes the sum, the others
/// are left undefined. Around a ring in segments: every piece but its own leaves a member, added up
/// over those that it came by.
/// @param scratch sum_pieces_scratch() floats
void sum_pieces(const Communicator& group, std::span<float> values, const Pieces& pieces,
                std::span<float> scratch);
Index sum_pieces_scratch(const Pieces& pieces);

/// Every member has its own piece in `values`; they become all. Around a ring in segments, so that
/// a piece goes over every line but one, and on while it still arrives.
void gather_pieces(const Communicator& group, std::span<float> values, const Pieces& pieces);

/// Along a chain of the members from the root, in segments: it takes hardly longer than from one
/// member to the next.
void broadcast(const Communicator& group, std::span<float> values, int root);

/// Along a chain of the members towards the root, in segments, each of them adding its summand. Of
/// the members that are not the root `values` are left undefined.
/// @param scratch reduce_scratch() floats
void reduce(const Communicator& group, std::span<float> values, int root, std::span<float> scratch);
Index reduce_scratch(Index floats);

}  // namespace shoal::comm
