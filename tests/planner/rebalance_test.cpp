#include "planner/rebalance.hpp"

#include <gtest/gtest.h>

#include "planner/refinements.hpp"
#include "support/small_network.hpp"

namespace shoal::planner {
namespace {

using testing::Random;

const std::vector<double>& shares_of(const Candidate& candidate, const std::string& layer) {
  return candidate.plan.stages.front().replicas.front().layers.at(layer).options.shares;
}

TEST(RebalanceWhereCheaper, GivesTheQuickerDeviceMore) {
  const graph::Graph graph = testing::small_network();
  const profile::Profile profile = testing::cluster({testing::pi(1e-3), testing::pi(3e-3)}, 1e9);
  const auto equal =
      price_candidate(plan::parse_split("a=spatial:2,b=spatial:2", 2, graph), graph, profile);
  const Candidate better = rebalance_where_cheaper(equal.value(), graph, profile, latency);
  EXPECT_LT(better.price.latency, 0.8 * equal->price.latency);
  EXPECT_LT(shares_of(better, "a")[0], shares_of(better, "a")[1]);
}

TEST(RebalanceWhereCheaper, LeavesEqualDevicesAlone) {
  const graph::Graph graph = testing::small_network();
  const profile::Profile profile = testing::cluster({testing::pi(), testing::pi()}, 1e9);
  const auto equal =
      price_candidate(plan::parse_split("a=spatial:2,b=spatial:2", 2, graph), graph, profile);
  const Candidate same = rebalance_where_cheaper(equal.value(), graph, profile, latency);
  EXPECT_EQ(shares_of(same, "a"), shares_of(*equal, "a"));
}

TEST(RebalanceWhereCheaper, NeverMakesAPlanDearerOrTooLarge) {
  const auto rebalance = [](const Candidate& candidate, const graph::Graph& graph,
                            const std::vector<Unit>&, const profile::Profile& profile,
                            const std::function<Seconds(const Candidate&)>& cost) {
    return rebalance_where_cheaper(candidate, graph, profile, cost);
  };
  const int changed =
      refine_random_plans(43, rebalance, [](const Candidate& before, const Candidate& after) {
        return after.price.latency < before.price.latency;
      });
  EXPECT_GE(changed, 10);
}

}  // namespace
}  // namespace shoal::planner
