#pragma once

#include <functional>
#include <string>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/planner/planner.hpp"
#include "shoal/profile/typical.hpp"

#include "cli/run_options.hpp"

namespace shoal::cli {

/// Whether the run plans by itself: neither plan nor split were given, and there is a choice.
bool plans_itself(const RunOptions& options, int ranks);

/// Objective of the plan: that of `--objective`. Without it latency for a single picture or frame,
/// whose answer is waited for, throughput for everything else.
planner::Objective objective_of(const RunOptions& options);

/// A plan that was chosen, and a line that says so.
struct ChosenPlan {
  std::string document;
  std::string text;
};

/// The best plan by the profile that was given, or by rule of thumb without one.
ChosenPlan choose_plan(const RunOptions& options, const std::vector<profile::RankShare>& ranks);

/// The same for the ranks of `world`, by rank 0, which calls `before` first; the others get
/// nothing. Collective.
ChosenPlan choose_plan(const comm::Communicator& world, const RunOptions& options,
                       int ranks_on_host, const std::function<void()>& before);

}  // namespace shoal::cli
