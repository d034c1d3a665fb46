#include "planner/boundary.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "shoal/plan/split_text.hpp"

#include "planner/refinements.hpp"
#include "support/profiles.hpp"

namespace shoal::planner {
namespace {

bool is_boundary_first(const plan::Plan& plan) {
  const auto& layers = plan.stages.front().replicas.front().layers;
  return std::any_of(layers.begin(), layers.end(), [](const auto& layer) {
    return layer.second.order == plan::Order::boundary_first;
  });
}

Candidate refined(Candidate candidate, const graph::Graph& graph,
                  const std::vector<Unit>& /*units*/, Estimator& estimator,
                  Seconds (*cost)(const Candidate&)) {
  return boundary_first_where_cheaper(std::move(candidate), graph, estimator, cost);
}

TEST(BoundaryFirstWhereCheaper, NeverMakesAPlanDearerOrTooLarge) {
  const int changed =
      refine_random_plans(45, refined, [](const Candidate& /*before*/, const Candidate& after) {
        return is_boundary_first(after.plan);
      });
  EXPECT_GE(changed, 10);
}

TEST(BoundaryFirstWhereCheaper, LeavesWhatRunsOnOneDevice) {
  testing::Random random(46);
  const graph::Graph graph = testing::small_network(random, 5);
  const profile::Profile profile = testing::cluster({testing::pi()});
  Estimator estimator(profile);
  const auto alone = price_candidate(plan::parse_split("", 1, graph), graph, estimator);
  const Candidate after = boundary_first_where_cheaper(*alone, graph, estimator, latency);
  EXPECT_FALSE(plan::is_streamed(after.plan));
}

/// Where a step costs more than a halo, its layer is no better in three.
TEST(BoundaryFirstWhereCheaper, LeavesLayersWhoseStepsCostMoreThanTheirHalos) {
  testing::Random random(47);
  const graph::Graph graph = testing::small_network(random, 5);
  profile::Device slow = testing::pi();
  for (auto& [kind, law] : slow.laws) law.fixed = 1;
  const profile::Profile profile = testing::cluster({slow, slow});
  Estimator estimator(profile);
  const auto before =
      price_candidate(plan::parse_split("conv=spatial:2", 2, graph), graph, estimator);
  const Candidate after = boundary_first_where_cheaper(*before, graph, estimator, latency);
  EXPECT_FALSE(plan::is_streamed(after.plan));
}

}  // namespace
}  // namespace shoal::planner
