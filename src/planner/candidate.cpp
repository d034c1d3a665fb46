#include "planner/candidate.hpp"

#include <algorithm>

namespace shoal::planner {
namespace {

bool fits(const Price& price, const profile::Profile& profile) {
  for (std::size_t rank = 0; rank < price.ranks.size(); ++rank) {
    if (price.ranks[rank].held() > profile.devices[rank].memory) return false;
  }
  return true;
}

int replicas(const plan::Plan& plan) {
  std::size_t count = 0;
  for (const plan::Stage& stage : plan.stages) count += stage.replicas.size();
  return static_cast<int>(count);
}

std::string stage_name(const graph::Graph& lowered, const std::vector<Unit>& units,
                       const Structure::Stage& stage) {
  const auto name_of = [&](std::size_t unit) {
    const Unit& one = units[unit];
    return lowered[one.anchors.empty() ? one.first : one.anchors.front()].name;
  };
  const std::string first = name_of(stage.first);
  const std::string last = name_of(stage.end - 1);
  return first == last ? first : first + " to " + last;
}

}  // namespace

std::size_t Candidate::devices() const {
  return static_cast<std::size_t>(
      std::count_if(price.ranks.begin(), price.ranks.end(),
                    [](const RankPrice& rank) { return rank.computing > 0; }));
}

plan::Plan plan_of(const Structure& structure, const graph::Graph& lowered,
                   const std::vector<Unit>& units, Groups& groups, const Ends& ends,
                   std::size_t devices) {
  plan::Plan plan;
  plan.model = lowered.name();
  plan.weights_type = lowered.weights_type();
  plan.ranks = static_cast<int>(devices);
  plan.input_rank = ends.input;
  plan.output_rank = ends.output;
  for (const Structure::Stage& stage : structure.stages) {
    plan::Stage& made = plan.stages.emplace_back();
    made.name = stage_name(lowered, units, stage);
    if (stage.first > 0) made.from = lowered[units[stage.first].first].name;
    for (const std::vector<Rank>& group : stage.replicas) {
      made.replicas.push_back(
          groups.replica(group, stage.first, *groups.best(group, stage.first, stage.end)));
    }
  }
  return plan;
}

std::optional<Candidate> price_candidate(plan::Plan plan, const graph::Graph& lowered,
                                         Estimator& estimator, Played played) {
  Price priced = price(plan, lowered, estimator, played);
  if (!fits(priced, estimator.profile())) {
    plan.in_flight = replicas(plan);
    priced = price(plan, lowered, estimator, played);
    if (!fits(priced, estimator.profile())) return std::nullopt;
  }
  return Candidate{std::move(plan), std::move(priced), played};
}

bool take_if_cheaper(Candidate& best, plan::Plan plan, const graph::Graph& lowered,
                     Estimator& estimator, const CostOf& cost) {
  constexpr double least_gain = 1e-3;
  auto tried = price_candidate(std::move(plan), lowered, estimator, best.played);
  if (!tried || !(cost(*tried) < cost(best) * (1 - least_gain))) return false;
  best = std::move(*tried);
  return true;
}

bool same_shape(const plan::Plan& a, const plan::Plan& b) {
  return std::equal(a.stages.begin(), a.stages.end(), b.stages.begin(), b.stages.end(),
                    [](const plan::Stage& x, const plan::Stage& y) {
                      return x.from == y.from &&
                             std::equal(x.replicas.begin(), x.replicas.end(), y.replicas.begin(),
                                        y.replicas.end(),
                                        [](const plan::Replica& r, const plan::Replica& s) {
                                          return r.ranks.size() == s.ranks.size();
                                        });
                    });
}

bool are_alike(const Candidate& a, const Candidate& b) {
  return same_shape(a.plan, b.plan) && a.price.interval == b.price.interval &&
         a.price.latency == b.price.latency;
}

}  // namespace shoal::planner
