#pragma once

#include <set>
#include <tuple>
#include <vector>

#include "shoal/program/program.hpp"

namespace shoal::program {

/// Totals over one rank's steps, for one frame.
struct Counts {
  Bytes weights = 0;  ///< held, batch normalisation folded
  double flops = 0;
  Bytes sent = 0;  ///< see split::Redistribution::bytes_sent
  Bytes received = 0;
  Bytes peak_activations = 0;  ///< most bytes of activations held at once
  /// Bytes of buffers that wait for each further frame in flight.
  Bytes ahead = 0;
  std::size_t layers = 0;  ///< computed, be it in chunks
  std::size_t transfers = 0;
};

Counts count(const Program& program, Rank rank);

/// Those of the counts that are about activations.
struct Activations {
  Bytes peak = 0;   ///< Counts::peak_activations
  Bytes ahead = 0;  ///< Counts::ahead
};

/// By itself, in a fifth of the time of all counts: the planner asks it of thousands of programs.
Activations activations(const Program& program, Rank rank);

/// The weights that a Compute step needs: those of the channels that it reads and makes.
Bytes weight_bytes(const Program& program, const Compute& step);

/// Adds up the weights that a rank holds for some steps: those that are made of the same channels
/// of a layer, chunks of it or steps of other lanes, share them.
class HeldWeights {
 public:
  void add(const Program& program, const Compute& step);
  [[nodiscard]] Bytes bytes() const { return bytes_; }

 private:
  /// The layer, and the ranges of channels that are read and made.
  using Shard = std::tuple<graph::LayerId, Index, Index, Index, Index>;
  std::set<Shard> shards_;
  Bytes bytes_ = 0;
};

/// Floating-point operations of a Compute step: the layer's, in proportion to what is made and, for
/// a partial sum, to what is summed.
double flops(const Program& program, const Compute& step);

/// Bytes that move from `producer`'s output to `consumer`, by all ranks together.
Bytes bytes_between(const Program& program, graph::LayerId producer, graph::LayerId consumer);

}  // namespace shoal::program
