#include "planner/rebalance.hpp"

#include <gtest/gtest.h>

#include "planner/refinements.hpp"
#include "support/small_network.hpp"

namespace shoal::planner {
namespace {

const std::vector<double>& shares_of(const Candidate& candidate, const std::string& layer) {
  return candidate.plan.stages.front().replicas.front().layers.at(layer).options.shares;
}

/// `a` and `b` cut in space over devices that take `fixed` seconds for every part.
struct Cut {
  graph::Graph graph = testing::small_network();
  profile::Profile profile;
  Candidate candidate;

  Cut(const std::vector<double>& speeds, Seconds fixed) {
    std::vector<profile::Device> devices;
    for (const double speed : speeds) {
      devices.push_back(testing::pi(speed * 1e-3));
      for (auto& [kind, law] : devices.back().laws) law.fixed = fixed;
    }
    const auto ranks = static_cast<int>(speeds.size());
    profile = testing::cluster(std::move(devices), 1e9);
    const std::string count = std::to_string(ranks);
    const std::string split = "a=spatial:" + count + ",b=spatial:" + count;
    Estimator estimator(profile);
    candidate = price_candidate(plan::parse_split(split, ranks, graph), graph, estimator).value();
  }

  [[nodiscard]] Candidate rebalanced() const {
    Estimator estimator(profile);
    return rebalance_where_cheaper(candidate, graph, estimator, latency);
  }
};

TEST(RebalanceWhereCheaper, GivesTheQuickerDeviceMore) {
  const Cut cut({1, 3}, 0);
  const Candidate better = cut.rebalanced();
  EXPECT_LT(better.price.latency, 0.85 * cut.candidate.price.latency);
  EXPECT_LT(shares_of(better, "a")[0], shares_of(better, "a")[1]);
}

TEST(RebalanceWhereCheaper, LeavesEqualDevicesAlone) {
  const Cut cut({1, 1}, 0);
  EXPECT_EQ(shares_of(cut.rebalanced(), "a"), shares_of(cut.candidate, "a"));
}

TEST(RebalanceWhereCheaper, GivesNothingToADeviceWhoseFixedCostIsMoreThanItsHelp) {
  Cut cut({1, 1, 1}, 0);
  for (auto& [kind, law] : cut.profile.devices[2].laws) law.fixed = 1;
  Estimator estimator(cut.profile);
  cut.candidate.price = price(cut.candidate.plan, cut.graph, estimator);
  const Candidate better = cut.rebalanced();
  EXPECT_EQ(shares_of(better, "a")[2], 0);
  EXPECT_GT(shares_of(better, "a")[1], 0);
  EXPECT_LT(better.price.latency, 1);
}

TEST(RebalanceWhereCheaper, NeverMakesAPlanDearerOrTooLarge) {
  const auto rebalance = [](const Candidate& candidate, const graph::Graph& graph,
                            const std::vector<Unit>&, Estimator& estimator,
                            const std::function<Seconds(const Candidate&)>& cost) {
    return rebalance_where_cheaper(candidate, graph, estimator, cost);
  };
  const int changed =
      refine_random_plans(43, rebalance, [](const Candidate& before, const Candidate& after) {
        return after.price.latency < before.price.latency;
      });
  EXPECT_GE(changed, 10);
}

}  // namespace
}  // namespace shoal::planner
