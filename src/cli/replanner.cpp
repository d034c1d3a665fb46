#include "cli/replanner.hpp"

#include <chrono>
#include <limits>
#include <utility>

#include <fmt/core.h>

#include "shoal/plan/document.hpp"
#include "shoal/plan/wires.hpp"
#include "shoal/planner/planner.hpp"

namespace shoal::cli {
namespace {

/// A change costs the frames of a few seconds, and a prediction errs: less is not worth it.
constexpr double least_gain = 1.1;

/// How many times as long as a change must last nothing changes after one.
constexpr double pause_factor = 3;

runtime::Watch::Options watch_options(Seconds after) {
  runtime::Watch::Options options;
  options.after = after;
  options.pause = pause_factor * after;
  return options;
}

/// What every rank's computing takes for a frame on each of the plan's lanes, with what it pages.
runtime::Watch::Prediction predict(const plan::Plan& plan, const graph::Graph& lowered,
                                   profile::Profile profile) {
  // The plan runs, so it fits, whatever the profile says of the memory.
  for (profile::Device& device : profile.devices) {
    if (device.paging_rate <= 0) device.memory = std::numeric_limits<Bytes>::max();
  }
  runtime::Watch::Prediction predicted;
  for (const plan::Plan& lane : plan::lanes(plan)) {
    std::vector<Seconds>& of_lane = predicted.emplace_back();
    const planner::Price price = planner::price(lane, lowered, profile);
    for (std::size_t rank = 0; rank < price.ranks.size(); ++rank) {
      const planner::RankPrice& one = price.ranks[rank];
      of_lane.push_back(one.computing + profile.devices[rank].paging(one.held()));
    }
  }
  return predicted;
}

}  // namespace

std::string to_text(const Replanned& change) {
  return fmt::format(
      "frame {} and later go by a new plan: rank {} takes {:.2f} times as long as at first, for "
      "{:.0f} s by now; {:.2f} frames/s are predicted in place of {:.2f}",
      change.frame, change.reason.rank.value, change.reason.slowness, change.reason.lasted,
      1 / change.interval_after, 1 / change.interval_before);
}

Replanner::Replanner(const graph::Graph& lowered, plan::Plan plan, profile::Profile profile,
                     Seconds after, int in_flight, Seconds now)
    : lowered_(lowered),
      plan_(std::move(plan)),
      profile_(std::move(profile)),
      in_flight_(in_flight),
      watch_(watch_options(after)) {
  start_watch(now);
}

void Replanner::start_watch(Seconds now) {
  watch_.start(predict(plan_, lowered_, profile_), now);
}

void Replanner::report(Rank rank, const runtime::FrameReport& report, Seconds now) {
  watch_.report(rank, report, now);
}

Replanned Replanner::plan_again(const graph::Graph& lowered, const plan::Plan& plan,
                                const profile::Profile& profile) {
  planner::Request request;
  request.input_rank = plan.input_rank;
  request.output_rank = plan.output_rank;
  // A new plan rounds nothing more than this one.
  request.wire = plan::widest_wire(plan, lowered);
  planner::Proposal proposal = planner::propose(lowered, profile, request);
  Replanned found;
  found.interval_before = planner::price(plan, lowered, profile).interval;
  found.interval_after = proposal.price.interval;
  found.plan = std::move(proposal.plan);
  found.plan.ranks = plan.ranks;
  return found;
}

std::optional<std::string> Replanner::next(Seconds now) {
  if (planning_.valid()) {
    const auto state = planning_.wait_for(std::chrono::seconds(0));
    return state == std::future_status::ready ? take_plan() : std::nullopt;
  }
  const auto change = watch_.change(now);
  if (!change) return std::nullopt;
  reason_ = *change;
  // As the devices are now, whatever comes of it.
  profile_ = runtime::slowed(profile_, watch_.slowness());
  start_watch(now);
  planning_ = std::async(std::launch::async, plan_again, std::cref(lowered_), plan_, profile_);
  return std::nullopt;
}

void Replanner::wait() const {
  if (planning_.valid()) planning_.wait();
}

std::optional<std::string> Replanner::take_plan() {
  found_ = planning_.get();
  found_.plan.in_flight = in_flight_;
  if (found_.interval_before < least_gain * found_.interval_after) return std::nullopt;
  return plan::to_json(found_.plan);
}

Replanned Replanner::moved(const runtime::PlanChange& change, Seconds now) {
  found_.frame = change.frame;
  found_.at = change.at;
  found_.reason = reason_;
  plan_ = change.plan;
  start_watch(now);
  return found_;
}

}  // namespace shoal::cli
