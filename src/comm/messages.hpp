#pragma once

#include <span>

#include "shoal/comm/communicator.hpp"
#include "shoal/comm/exchange.hpp"
#include "shoal/split/redistribution.hpp"
#include "shoal/tensor/view.hpp"

namespace shoal::comm {

/// The messages of one redistribution between pairs, as one rank sends and receives them.
class Messages {
 public:
  /// `scratch` holds as many words as this rank sends and receives together.
  Messages(const split::Redistribution& redistribution, Rank self, ConstView source, View target,
           std::span<float> scratch);

  /// Sends and receives all, and keeps what this rank has already. Returns what was moved.
  Traffic exchange(const Communicator& world);

 private:
  const split::Redistribution& redistribution_;
  Rank self_;
  ConstView source_;
  View target_;
  std::span<float> scratch_;
};

}  // namespace shoal::comm
