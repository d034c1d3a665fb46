#include <gtest/gtest.h>

#include "planner/small_cases.hpp"
#include "planner/structure.hpp"

namespace shoal::planner {
namespace {

using testing::Random;

/// Not the devices' order nor equal groups: what the search in order does not look at is found from
/// where it ends, and no structure gets worse.
TEST(Climb, ReachesWhatEveryStructureReachesFromAnyOne) {
  Random random(12);
  int bettered = 0;
  int compared = 0;
  int short_of = 0;
  for (int i = 0; i < 40; ++i) {
    const graph::Graph graph = testing::small_network(random, 4);
    const profile::Profile profile = testing::small_cluster(random, graph, 4);
    const std::vector<Unit> units = units_of(graph);
    Estimator estimator(profile);
    Groups groups(graph, units, estimator, {{0}, {0}}, true);
    std::vector<Rank> devices;
    for (std::size_t d = 0; d < profile.devices.size(); ++d) {
      devices.push_back({static_cast<int>(d)});
    }
    const auto every = every_structure(groups, units.size(), devices, 1'000);
    if (every.empty()) continue;
    const Structure climbed = climb(groups, devices, every.back());
    EXPECT_LE(climbed.interval, every.back().interval * (1 + 1e-9)) << "case " << i;
    EXPECT_GE(climbed.interval, every.front().interval * (1 - 1e-9)) << "case " << i;
    ++compared;
    bettered += climbed.interval < every.back().interval ? 1 : 0;
    short_of += climbed.interval > every.front().interval * 1.1 ? 1 : 0;
  }
  EXPECT_GE(compared, 20);
  EXPECT_GE(bettered, compared / 2);
  EXPECT_LE(short_of, compared / 2) << "of those that begin at the worst";
}

}  // namespace
}  // namespace shoal::planner
