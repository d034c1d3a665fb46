#include "planner/unit_costs.hpp"

#include <gtest/gtest.h>

#include "shoal/graph/lower.hpp"
#include "shoal/graph/zoo.hpp"
#include "shoal/plan/wires.hpp"

#include "planner/groups.hpp"
#include "planner/small_cases.hpp"

namespace shoal::planner {
namespace {

using testing::Random;

/// The costs of units at random options add up to the price of the whole plan.
void expect_sums_to_price(Random& random, const graph::Graph& graph,
                          const profile::Profile& profile) {
  const std::vector<Unit> units = units_of(graph);
  const split::WireType wire =
      random.pick(std::vector<split::WireType>(split::wire_types.begin(), split::wire_types.end()));
  Estimator estimator(profile, wire);
  std::vector<Rank> group;
  for (std::size_t i = 0; i < profile.devices.size(); ++i) group.push_back({static_cast<int>(i)});
  const Ends ends{{0}, group.back()};
  UnitCosts costs(graph, units, estimator, ends, group, subsets(group));
  plan::Plan plan;
  plan.model = graph.name();
  plan.ranks = static_cast<int>(group.size());
  plan.input_rank = ends.input;
  plan.output_rank = ends.output;
  plan::Replica replica{group, {}};
  std::vector<std::size_t> chosen;
  Seconds within = 0;
  Seconds crossing = 0;
  const auto add = [&](const UnitCost& cost) {
    within += cost.within;
    crossing += cost.crossing;
  };
  for (std::size_t unit = 0; unit < units.size(); ++unit) {
    const std::vector<Option>& options = costs.options(unit);
    chosen.push_back(
        static_cast<std::size_t>(random.between(0, static_cast<Index>(options.size()) - 1)));
    replica.layers.merge(placements(graph, units[unit], options[chosen.back()]));
    if (unit == 0) {
      add(costs.alone(unit, chosen.back()).entry);
    } else {
      add(costs.between(unit - 1, chosen[unit - 1], chosen[unit]));
    }
  }
  add(costs.last(units.size() - 1, chosen.back()));
  plan.stages.push_back({"", "", {replica}});
  plan::set_wires(plan, graph, wire);
  const Price priced = price(plan, graph, profile);
  const ReplicaPrice& stage = priced.stages.front().replicas.front();
  ASSERT_NEAR(within, stage.computing + stage.transferring, 1e-9 * within);
  ASSERT_NEAR(crossing, stage.arriving + priced.leaving, 1e-9 * (within + crossing));
}

TEST(UnitCosts, AddUpToThePriceOfAChain) {
  Random random(21);
  for (int i = 0; i < 300; ++i) {
    const graph::Graph graph = testing::small_network(random, 5);
    const profile::Profile profile = testing::small_cluster(random, graph, 4);
    expect_sums_to_price(random, graph, profile);
    ASSERT_FALSE(HasFailure()) << "case " << i;
  }
}

TEST(UnitCosts, AddUpToThePriceOfNetworksWithShortcuts) {
  Random random(22);
  const profile::Profile profile = testing::cluster({testing::pi(), testing::pi(2)});
  for (const char* name : {"resnet50", "xception"}) {
    const graph::Graph graph = graph::lower(graph::make_model(name).graph);
    for (int i = 0; i < 10; ++i) {
      expect_sums_to_price(random, graph, profile);
      ASSERT_FALSE(HasFailure()) << name << ", case " << i;
    }
  }
}

}  // namespace
}  // namespace shoal::planner
