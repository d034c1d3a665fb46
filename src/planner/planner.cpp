#include "shoal/planner/planner.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <tuple>

#include "shoal/plan/wires.hpp"
#include "shoal/profile/pooled.hpp"

#include "planner/algorithms.hpp"
#include "planner/candidate.hpp"
#include "planner/latency.hpp"
#include "planner/pipelines.hpp"
#include "planner/polish.hpp"
#include "planner/refine.hpp"
#include "planner/shortage.hpp"
#include "planner/structure.hpp"

namespace shoal::planner {
namespace {

/// With so many devices every structure and every set of ranks is tried; with more than two only of
/// a network of so many units: it would take minutes.
constexpr std::size_t few_devices = 4;
constexpr std::size_t fewest_devices = 2;
constexpr std::size_t few_units = 8;
/// Of the structures of a few devices, how many are priced exactly.
constexpr std::size_t most_priced = 128;
/// A network that does not fit on so many devices will not fit on more.
constexpr std::size_t most_devices_tried = 256;
/// Of the candidates that cost up to so many times as much as the best, so many are refined.
constexpr double promising = 1.1;
constexpr std::size_t most_refined = 2;
/// Of plans that differ by less than this part, the one of fewest devices is taken, and of these
/// the one that answers soonest.
constexpr double indifferent = 1e-3;

/// One search.
class Search {
 public:
  Search(const graph::Graph& lowered, const profile::Profile& profile, const Request& request)
      : lowered_(lowered),
        profile_(profile),
        request_(request),
        ends_{request.input_rank, request.output_rank},
        units_(units_of(lowered)),
        estimator_(profile, request.wire),
        few_(profile.devices.size() <= (units_.size() <= few_units ? few_devices : fewest_devices)),
        groups_(lowered, units_, estimator_, ends_, few_) {}

  Proposal propose() {
    expect_network(profile_);
    find_speeds();
    add_alone();
    if (request_.objective == Objective::throughput) add_pipelines();
    if (request_.objective == Objective::latency || request_.max_latency) add_soonest();
    const Candidate best = best_refined();
    Proposal proposal{best.plan, price(best.plan, lowered_, profile_), {}, {}, {}, {}, bound()};
    choose_algorithms(proposal.plan, lowered_, profile_);
    tell_alone(proposal);
    if (const Candidate* second = runner_up(best)) {
      proposal.runner_up = second->plan;
      proposal.runner_up_price = second->price;
    }
    return proposal;
  }

  /// Whether the network fits in any way.
  bool fits() {
    find_speeds();
    add_pipelines();
    return !candidates_.empty();
  }

  Proposal appraise(const plan::Plan& plan) {
    find_speeds();
    add_alone();
    Proposal proposal{plan, price(plan, lowered_, profile_), {}, {}, {}, {}, bound()};
    tell_alone(proposal);
    return proposal;
  }

 private:
  [[nodiscard]] Seconds cost(const Candidate& candidate) const {
    return planner::cost(candidate.price, request_.objective);
  }

  [[nodiscard]] bool is_allowed(const Candidate& candidate) const {
    return !request_.max_latency || candidate.price.latency <= *request_.max_latency;
  }

  void add(plan::Plan plan) {
    plan::set_wires(plan, lowered_, request_.wire);
    auto candidate = price_candidate(std::move(plan), lowered_, estimator_);
    if (candidate && std::isfinite(candidate->price.interval)) {
      candidates_.push_back(std::move(*candidate));
    }
  }

  /// How long each device takes for the whole network, were there room for it.
  void find_speeds() {
    for (std::size_t i = 0; i < profile_.devices.size(); ++i) {
      whole_.push_back(estimator_.computing({static_cast<int>(i)}, lowered_));
      order_.push_back({static_cast<int>(i)});
    }
    // Quickest first; of alike ones those where the frames come in and the answers go.
    const auto rank_of = [&](Rank rank) {
      const bool is_end = rank == ends_.input || rank == ends_.output;
      return std::tuple(whole_[static_cast<std::size_t>(rank.value)], !is_end, rank);
    };
    std::sort(order_.begin(), order_.end(),
              [&](Rank a, Rank b) { return rank_of(a) < rank_of(b); });
  }

  [[nodiscard]] Seconds bound() const { return groups_.bound(order_); }

  /// The network on one device of each class: on an end where there is one of the class.
  void add_alone() {
    std::set<std::size_t> classes;
    for (const Rank rank : order_) {
      if (!classes.insert(estimator_.class_of(rank)).second) continue;
      if (const auto& choice = groups_.best({rank}, 0, units_.size())) {
        Structure structure;
        structure.stages.push_back({0, units_.size(), {{rank}}});
        structure.interval = choice->time;
        add(plan_of(structure, lowered_, units_, groups_, ends_, profile_.devices.size()));
      }
    }
    alone_ = candidates_.size();
  }

  void add_soonest() {
    for (plan::Plan& plan : soonest_plans(lowered_, units_, estimator_, ends_, order_, few_)) {
      add(std::move(plan));
    }
  }

  void add_structure(const Structure& structure) {
    add(plan_of(structure, lowered_, units_, groups_, ends_, profile_.devices.size()));
  }

  /// How many frames wait in front of a stage depends on the whole pipeline: room is left for some,
  /// and for none or more where memory is so scarce that this makes a difference.
  void add_pipelines() {
    constexpr std::array<std::size_t, 4> frames = {1, 0, 3, 7};
    for (const std::size_t waiting : frames) {
      if (!few_ && candidates_.size() > alone_) return;
      groups_.set_waiting(waiting);
      add_structures();
    }
  }

  void add_structures() {
    if (few_) {
      std::vector<Rank> devices = order_;
      std::sort(devices.begin(), devices.end());
      for (const Structure& structure :
           every_structure(groups_, units_.size(), devices, most_priced)) {
        add_structure(structure);
      }
      return;
    }
    const auto price = [this](const Structure& structure) -> std::optional<Seconds> {
      const std::size_t before = candidates_.size();
      add_structure(structure);
      if (candidates_.size() == before) return std::nullopt;
      return candidates_.back().price.interval;
    };
    try_structures(groups_, units_.size(), device_orders(order_, estimator_),
                   {.whole = *std::min_element(whole_.begin(), whole_.end()),
                    .answers_sooner = request_.max_latency.has_value()},
                   price);
  }

  [[nodiscard]] const Candidate* best_of(const std::vector<const Candidate*>& candidates) const {
    Seconds least = std::numeric_limits<Seconds>::infinity();
    for (const Candidate* candidate : candidates) least = std::min(least, cost(*candidate));
    const Candidate* best = nullptr;
    for (const Candidate* candidate : candidates) {
      if (cost(*candidate) > least * (1 + indifferent)) continue;
      const auto order = [&](const Candidate& one) {
        return std::tuple(one.devices(), one.price.latency, cost(one));
      };
      if (best == nullptr || order(*candidate) < order(*best)) best = candidate;
    }
    return best;
  }

  /// Refined, a plan that was a little worse may be the best.
  Candidate best_refined() {
    std::vector<const Candidate*> left;
    for (const Candidate& candidate : candidates_) {
      if (is_allowed(candidate)) left.push_back(&candidate);
    }
    if (left.empty()) refuse();
    std::vector<Candidate> refined;
    Seconds least = std::numeric_limits<Seconds>::infinity();
    while (refined.size() < most_refined) {
      const Candidate* next = best_of(left);
      if (next == nullptr) break;
      least = std::min(least, cost(*next));
      if (cost(*next) > least * promising) break;
      refined.push_back(refine(*next));
      std::erase_if(left, [&](const Candidate* one) { return are_alike(*one, *next); });
    }
    // To polish takes long.
    if (is_large(lowered_)) return polish(best_among(refined));
    for (Candidate& candidate : refined) candidate = polish(std::move(candidate));
    return best_among(refined);
  }

  [[nodiscard]] const Candidate& best_among(const std::vector<Candidate>& candidates) const {
    std::vector<const Candidate*> all;
    for (const Candidate& candidate : candidates) all.push_back(&candidate);
    return *best_of(all);
  }

  Candidate polish(Candidate refined) {
    return polish_where_cheaper(std::move(refined), lowered_, estimator_, allowed_cost());
  }

  Candidate refine(Candidate found) {
    if (request_.objective == Objective::latency) found.played = Played::latency;
    return refined(found, lowered_, units_, estimator_, allowed_cost());
  }

  [[nodiscard]] CostOf allowed_cost() const {
    return [this](const Candidate& candidate) {
      return is_allowed(candidate) ? cost(candidate) : std::numeric_limits<Seconds>::infinity();
    };
  }

  [[nodiscard]] const Candidate* runner_up(const Candidate& best) const {
    const Candidate* second = nullptr;
    for (const Candidate& candidate : candidates_) {
      if (!is_allowed(candidate) || same_shape(candidate.plan, best.plan)) continue;
      if (second == nullptr || cost(candidate) < cost(*second)) second = &candidate;
    }
    return second;
  }

  void tell_alone(Proposal& proposal) const {
    for (std::size_t i = 0; i < alone_; ++i) {
      const Candidate& candidate = candidates_[i];
      if (proposal.alone && cost(candidate) >= *proposal.alone) continue;
      proposal.alone = cost(candidate);
      proposal.alone_on = candidate.plan.stages.front().replicas.front().ranks.front();
    }
  }

  [[noreturn]] void refuse() {
    if (!candidates_.empty()) {
      Seconds least = std::numeric_limits<Seconds>::infinity();
      for (const Candidate& candidate : candidates_) {
        least = std::min(least, candidate.price.latency);
      }
      throw Error("no plan answers within {:.4g} s: the soonest one takes {:.4g} s",
                  *request_.max_latency, least);
    }
    throw shortage(lowered_, profile_, devices_that_would_do());
  }

  /// How many devices like the one with most memory can hold the network, to an eighth.
  [[nodiscard]] std::optional<std::size_t> devices_that_would_do() const {
    profile::Profile more = profile_;
    more.network.pairs.clear();
    std::size_t count = profile_.devices.size();
    while (count < most_devices_tried) {
      count += 1 + count / 8;
      if (!weights_fit(lowered_, roomiest(profile_).memory, count)) continue;
      more.devices.assign(count, roomiest(profile_));
      if (Search(lowered_, more, Request{}).fits()) return count;
    }
    return std::nullopt;
  }

  const graph::Graph& lowered_;
  const profile::Profile& profile_;
  const Request& request_;
  Ends ends_;
  std::vector<Unit> units_;
  Estimator estimator_;
  bool few_;
  Groups groups_;
  std::vector<Seconds> whole_;  ///< by rank
  std::vector<Rank> order_;
  std::vector<Candidate> candidates_;
  std::size_t alone_ = 0;  ///< of the candidates, the first so many are of one device
};

}  // namespace

Seconds cost(const Price& price, Objective objective) {
  return objective == Objective::latency ? price.latency : price.interval;
}

Proposal appraise(const plan::Plan& plan, const graph::Graph& lowered,
                  const profile::Profile& profile, Objective objective) {
  Request request;
  request.objective = objective;
  request.input_rank = plan.input_rank;
  request.output_rank = plan.output_rank;
  const profile::Profile pooled = profile::pooled(profile);
  return Search(lowered, pooled, request).appraise(plan);
}

Proposal propose(const graph::Graph& lowered, const profile::Profile& profile,
                 const Request& request) {
  const profile::Profile pooled = profile::pooled(profile);
  return Search(lowered, pooled, request).propose();
}

}  // namespace shoal::planner
