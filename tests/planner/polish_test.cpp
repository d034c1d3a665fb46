#include "planner/polish.hpp"

#include <gtest/gtest.h>

#include "shoal/plan/split_text.hpp"

#include "planner/refinements.hpp"
#include "support/small_network.hpp"

namespace shoal::planner {
namespace {

Candidate polished(const Candidate& candidate, const graph::Graph& graph,
                   const std::vector<Unit>& /*units*/, Estimator& estimator,
                   Seconds (*cost)(const Candidate&)) {
  return polish_where_cheaper(candidate, graph, estimator, cost);
}

/// `a` and `b` over three devices that take `per_step` seconds for each step besides, on lines that
/// take `per_message` seconds for each.
Candidate polish_two(const std::string& split, Seconds per_message, Seconds per_step = 0) {
  const graph::Graph graph = testing::small_network();
  profile::Profile profile = testing::cluster(std::vector<profile::Device>(3, testing::pi()), 1e9);
  for (profile::Device& device : profile.devices) {
    for (auto& [kind, law] : device.laws) law.fixed = per_step;
  }
  profile.network.link.latency = per_message;
  Estimator estimator(profile);
  const auto before = price_candidate(plan::parse_split(split, 3, graph), graph, estimator);
  return polish_where_cheaper(before.value(), graph, estimator, latency);
}

const plan::Placement& placement(const Candidate& candidate, const std::string& layer) {
  return candidate.plan.stages.front().replicas.front().layers.at(layer);
}

TEST(PolishWhereCheaper, NeverMakesAPlanDearerOrTooLarge) {
  const int changed =
      refine_random_plans(47, polished, [](const Candidate& before, const Candidate& after) {
        return after.price.latency < before.price.latency;
      });
  EXPECT_GE(changed, 10);
}

TEST(PolishWhereCheaper, FusesALayerWhoseHaloTakesLongerThanToComputeIt) {
  EXPECT_TRUE(placement(polish_two("a=spatial:3,b=spatial:3", 1), "a").options.fused);
}

TEST(PolishWhereCheaper, TakesChunksBackWhereEachCostsAStep) {
  const Candidate after = polish_two("a=spatial:3@4,b=spatial:3", 0, 1);
  EXPECT_EQ(placement(after, "a").chunks, 1);
  EXPECT_EQ(placement(after, "a").order, plan::Order::ascending);
}

TEST(PolishWhereCheaper, ComesToTheSameEachTime) {
  const std::string split = "a=spatial:3,b=spatial:3";
  const Candidate first = polish_two(split, 1e-3);
  const Candidate second = polish_two(split, 1e-3);
  EXPECT_EQ(first.price.latency, second.price.latency);
  EXPECT_EQ(placement(first, "a").options, placement(second, "a").options);
}

TEST(PolishWhereCheaper, LeavesWhatRunsOnOneDevice) {
  const graph::Graph graph = testing::small_network();
  const profile::Profile profile = testing::cluster({testing::pi()});
  Estimator estimator(profile);
  const auto alone = price_candidate(plan::parse_split("", 1, graph), graph, estimator);
  const Candidate after = polish_where_cheaper(*alone, graph, estimator, latency);
  EXPECT_EQ(after.price.latency, alone->price.latency);
}

}  // namespace
}  // namespace shoal::planner
