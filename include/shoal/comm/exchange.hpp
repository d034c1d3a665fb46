#pragma once

#include <map>
#include <vector>

#include "shoal/base/aligned_buffer.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/split/redistribution.hpp"
#include "shoal/tensor/view.hpp"

namespace shoal::comm {

/// Bytes that a rank has sent and received so far: of messages those given to MPI, of collectives
/// those that split::Redistribution counts.
struct Traffic {
  Bytes sent = 0;
  Bytes received = 0;
};

/// Carries redistributions out: the collectives over a communicator for each group, the others as
/// messages between pairs.
class Exchange {
 public:
  /// `groups` are the groups over which collectives will be called, the same list in the same order
  /// on every rank; each rank makes communicators for those that it is in. Collective over `world`,
  /// which must outlive this.
  Exchange(const Communicator& world, const std::vector<std::vector<Rank>>& groups);

  /// Moves a tensor from its source to its target layout. Every participant calls it, in one order
  /// among all its redistributions.
  /// @param source this rank's box of the source; a view of nothing where it holds none
  /// @param target this rank's box of the target, dense; a view of nothing where it gets none
  void carry_out(const split::Redistribution& redistribution, ConstView source, View target);

  [[nodiscard]] const Traffic& traffic() const { return traffic_; }

 private:
  void carry_out_messages(const split::Redistribution& redistribution, ConstView source,
                          View target);
  std::span<float> scratch(Index words);

  const Communicator& world_;
  Rank rank_;
  std::map<std::vector<Rank>, Communicator> groups_;
  AlignedBuffer scratch_;
  Traffic traffic_;
};

}  // namespace shoal::comm
