#pragma once

#include <vector>

#include "shoal/plan/plan.hpp"
#include "shoal/program/program.hpp"

#include "planner/estimator.hpp"

namespace shoal::planner {

/// Times at which frames come in and their answers are there.
struct FrameTimes {
  std::vector<Seconds> admitted;
  std::vector<Seconds> answered;
};

/// Plays frames through the programs of a plan, step by step, in the profile's time: what is moved
/// by messages travels while ranks compute, and a line carries one message after the other. This is
/// how a plan is priced that streams layers, of which sums over layers say too much. Frames take
/// the lanes in turn, as many at once as the plan has credits.
/// @param paging by rank, what each of its frames takes longer
FrameTimes play(const plan::Plan& plan, const std::vector<program::Program>& lanes,
                Estimator& estimator, const std::vector<Seconds>& paging, std::size_t frames);

}  // namespace shoal::planner
