#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "shoal/program/program.hpp"

namespace shoal::program {

/// The axis along which a step is cut, so that each chunk is one run of memory and, by all that its
/// operator reads, can be made without the others; none where there is no such axis.
std::optional<Axis> axis_of_chunks(const graph::Graph& graph, const Compute& step);

/// The chunks of steps that are made boundary first (plan::Placement::boundary_first): first the
/// ends of the rank's box that are wanted, since another rank reads them or a later step does that
/// makes what is wanted; then the interior; last the ends that are not wanted but read what other
/// ranks send. A step without either, or without an interior, stays whole.
///
/// Rows 56 to 111 of 224, two 3x3 layers: of the first 56 is made, then 111, then 57 to 110 while
/// those two travel; of the second, of which others read nothing, 57 to 110, then 56, then 111.
class Boundary {
 public:
  explicit Boundary(const Program& program);

  /// To be asked of a rank's steps from the last to the first: what is wanted of the steps before
  /// follows from what is wanted of this one.
  std::vector<Box> cut(Rank rank, const Compute& step, Axis axis);

 private:
  /// Rest between two ends.
  [[nodiscard]] Range behind_wanted(Rank rank, const Compute& step, Axis axis) const;
  [[nodiscard]] Range behind_waiting(Rank rank, const Compute& step, Axis axis) const;
  [[nodiscard]] bool waits(Rank rank, const Compute& step, const Box& box) const;
  void want_inputs(Rank rank, const Compute& step, const Box& chunk);

  using Boxes = std::map<std::pair<TensorId, Rank>, std::vector<Box>>;
  const Program& program_;
  Boxes wanted_;    ///< of what a rank makes
  Boxes received_;  ///< by a rank from others
};

}  // namespace shoal::program
