#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shoal/planner/price.hpp"

namespace shoal::planner {

enum class Objective {
  throughput,  ///< most frames per second
  latency,     ///< a single frame soonest
};

/// Figure that an objective minimises: the latency, or the interval.
Seconds cost(const Price& price, Objective objective);

struct Request {
  Objective objective = Objective::throughput;
  std::optional<Seconds> max_latency;  ///< for throughput: no frame may take longer
  Rank input_rank;
  Rank output_rank;
  /// Wire type of the frame and of every layer's output.
  split::WireType wire = split::WireType::float32;
};

/// A plan and why.
struct Proposal {
  plan::Plan plan;
  Price price;
  /// The best plan of another shape (stages, replicas, group sizes); none where there is only one.
  std::optional<plan::Plan> runner_up;
  std::optional<Price> runner_up_price;
  /// The best that one device alone does, and which; none where no device can hold the network.
  std::optional<Seconds> alone;
  Rank alone_on;
  /// Lower bound of every plan: the whole network's work shared by all devices without a byte
  /// moved, each layer at the best rate that any cut of it is known to reach.
  Seconds bound = 0;
};

/// The best plan for a lowered network on the devices of a profile. Devices that do not help are
/// left idle. No device holds more than its memory. An Error where that is impossible: it says
/// which layer needs how many bytes more, on which device, and how many devices would do.
Proposal propose(const graph::Graph& lowered, const profile::Profile& profile,
                 const Request& request);

/// The same for a plan that is there already, by whomever it was made.
Proposal appraise(const plan::Plan& plan, const graph::Graph& lowered,
                  const profile::Profile& profile, Objective objective);

}  // namespace shoal::planner
