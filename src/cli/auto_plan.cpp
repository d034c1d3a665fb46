#include "cli/auto_plan.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <thread>

#include <fmt/core.h>

#include "shoal/base/error.hpp"
#include "shoal/comm/environment.hpp"
#include "shoal/graph/lower.hpp"
#include "shoal/graph/zoo.hpp"
#include "shoal/kernels/blas.hpp"
#include "shoal/media/source.hpp"
#include "shoal/plan/document.hpp"
#include "shoal/profile/document.hpp"
#include "shoal/runtime/available_memory.hpp"

#include "cli/plan_source.hpp"
#include "cli/plan_text.hpp"
#include "cli/slow_notice.hpp"
#include "cli/text_file.hpp"
#include "cli/threads.hpp"
#include "cli/together.hpp"

namespace shoal::cli {
namespace {

/// What a rank tells the others of itself, a line each.
std::string to_text(const profile::RankShare& share) {
  return fmt::format("{}\n{}\n{} {} {}\n", share.host, share.core, share.cores, share.ranks_on_host,
                     share.memory);
}

profile::RankShare parse_share(const std::string& text) {
  std::istringstream lines(text);
  profile::RankShare share;
  std::getline(lines, share.host);
  std::getline(lines, share.core);
  lines >> share.cores >> share.ranks_on_host >> share.memory;
  return share;
}

profile::RankShare own_share(int ranks_on_host, int threads) {
  profile::RankShare share;
  share.host = comm::host_name();
  share.core = kernels::blas_core();
  share.cores = std::min<double>(
      threads, static_cast<double>(std::thread::hardware_concurrency()) / ranks_on_host);
  share.ranks_on_host = ranks_on_host;
  const Bytes memory = runtime::available_memory() / static_cast<Bytes>(ranks_on_host);
  share.memory = memory - std::min(memory, runtime::process_memory);
  return share;
}

/// What every rank has of its host, in order of rank. Collective.
std::vector<profile::RankShare> gather_shares(const comm::Communicator& world, int ranks_on_host,
                                              int threads) {
  std::vector<profile::RankShare> shares;
  for (const std::string& text : world.gather_all(to_text(own_share(ranks_on_host, threads)))) {
    shares.push_back(parse_share(text));
  }
  // What is available was looked at while other ranks of the host were starting.
  for (profile::RankShare& share : shares) {
    for (const profile::RankShare& other : shares) {
      if (other.host == share.host) share.memory = std::min(share.memory, other.memory);
    }
  }
  return shares;
}

profile::Profile profile_for(const RunOptions& options,
                             const std::vector<profile::RankShare>& ranks) {
  if (options.profile.empty()) return profile::typical_profile(ranks);
  return profile::parse(read_text(options.profile), options.profile).of_size(ranks.size());
}

/// Shards hold what one plan gives a rank.
void expect_whole_weights(const RunOptions& options) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(options.weights, ignored)) return;
  throw Error("{}: shards are made for one plan: give --plan, or the whole weights file",
              options.weights);
}

std::string text_of(const RunOptions& options, const profile::Profile& profile,
                    const planner::Proposal& proposal, const graph::Graph& lowered,
                    planner::Objective objective) {
  const bool is_measured = !options.profile.empty();
  return fmt::format(
      "planned for {} on {}{}: {}; {:.3g} frames/s and {:.3g} s latency {}; --split or --plan "
      "override this",
      objective == planner::Objective::latency ? "latency" : "throughput", profile.devices.size(),
      is_measured ? " devices of " + profile.name : " equal devices",
      summary(proposal.plan, lowered), 1 / proposal.price.interval, proposal.price.latency,
      is_measured ? "predicted" : "estimated");
}

}  // namespace

bool plans_itself(const RunOptions& options, int ranks) {
  return ranks > 1 && options.plan.empty() && options.split.empty();
}

planner::Objective objective_of(const RunOptions& options) {
  if (options.objective) return *options.objective;
  const bool is_single = options.frames == 1 || media::is_picture_name(options.input);
  return is_single ? planner::Objective::latency : planner::Objective::throughput;
}

ChosenPlan choose_plan(const RunOptions& options, const std::vector<profile::RankShare>& ranks) {
  if (options.model.empty()) {
    throw UsageError("--model is missing; shoal model lists them");
  }
  expect_whole_weights(options);
  graph::Graph lowered = graph::lower(graph::make_model(options.model).graph);
  lowered.set_weights_type(parse_weights_dtype(options.weights_dtype));
  const profile::Profile profile = profile_for(options, ranks);
  planner::Request request;
  request.objective = objective_of(options);
  if (!options.wire.empty()) request.wire = split::find_wire_type(options.wire).value();
  std::optional<SlowNotice> notice;
  if (!options.quiet) {
    notice.emplace(
        fmt::format("planning {} for {} devices", lowered.name(), profile.devices.size()));
  }
  const planner::Proposal proposal = planner::propose(lowered, profile, request);
  return {plan::to_json(proposal.plan),
          text_of(options, profile, proposal, lowered, request.objective)};
}

ChosenPlan choose_plan(const comm::Communicator& world, const RunOptions& options,
                       int ranks_on_host, const std::function<void()>& before) {
  const std::vector<profile::RankShare> shares =
      gather_shares(world, ranks_on_host, threads_of_rank(options.threads, ranks_on_host));
  ChosenPlan chosen;
  together(world, [&] {
    if (world.rank() != Rank{0}) return;
    before();
    chosen = choose_plan(options, shares);
  });
  return chosen;
}

}  // namespace shoal::cli
