#pragma once

#include <map>
#include <utility>
#include <vector>

#include "shoal/plan/plan.hpp"
#include "shoal/program/program.hpp"

namespace shoal::program {

class Boundary;

/// Cut of a layer into chunks; see plan::Placement.
struct Streaming {
  std::size_t chunks = 1;
  plan::Order order = plan::Order::ascending;
};

/// The chunks in which each rank makes and reads what is streamed; see stream.hpp.
class Chunks {
 public:
  Chunks(const Program& program, const plan::Plan& lane);

  /// The boxes that a step is cut into, in the order in which they are made: its own where it is
  /// not streamed.
  [[nodiscard]] const std::vector<Box>& of(const Compute& step) const { return boxes_.at(&step); }
  [[nodiscard]] bool is_streamed(const Compute& step) const { return of(step).size() > 1; }
  /// Box of an input that chunk `index` of a step reads.
  [[nodiscard]] Box read(const Compute& step, std::size_t index, std::size_t input) const;

  /// A rank's part of a tensor as it comes into being there.
  [[nodiscard]] std::vector<Box> made(TensorId tensor, Rank rank) const;
  /// A rank's part of a tensor in the order in which the first step that reads it needs it.
  [[nodiscard]] std::vector<Box> wanted(TensorId tensor, Rank rank) const;
  /// The first step on a rank that reads a tensor, if that computes.
  [[nodiscard]] const Compute* reader(TensorId tensor, Rank rank) const;

 private:
  void cut(Rank rank, const Compute& step, const Streaming& streaming, Boundary& boundary);
  void note_readers(Rank rank);

  const Program& program_;
  std::map<const Compute*, std::vector<Box>> boxes_;
  std::map<std::pair<TensorId, Rank>, const Compute*> makers_;
  std::map<std::pair<TensorId, Rank>, const Compute*>
      readers_;  ///< null where another step is first
};

/// A transfer in pieces: piece (i, j) holds what members make in their i-th chunks and need for
/// their j-th.
struct Piece {
  std::size_t made = 0;
  std::size_t wanted = 0;
  split::Redistribution redistribution;
};

/// Whether anything of a transfer is made or wanted chunk by chunk, and it can be cut.
bool is_streamed(const Program& program, const Chunks& chunks, const TransferInfo& transfer);

/// The pieces that move or keep something, in the order in which they are wanted.
std::vector<Piece> cut(const Program& program, const Chunks& chunks, const TransferInfo& transfer);

}  // namespace shoal::program
