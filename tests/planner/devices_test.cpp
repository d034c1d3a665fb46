#include <algorithm>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/planner/planner.hpp"

#include "planner/small_cases.hpp"
#include "support/error_text.hpp"

namespace shoal::planner {
namespace {

using testing::Random;

TEST(Planner, RefusesDevicesOfWhoseNetworkNothingIsKnown) {
  Random random(4);
  const graph::Graph graph = testing::small_network(random, 5);
  const profile::Profile profile = testing::cluster({testing::pi(), testing::pi()}, 0);
  EXPECT_THAT(
      testing::error_text([&] { propose(graph, profile, {}); }),
      ::testing::HasSubstr("profile test says nothing of the network between its 2 devices"));
  EXPECT_NO_THROW(propose(graph, profile.of_size(1), {})) << "one device needs none";
}

/// What a few devices reach more of them reach too, to the tenth of a percent below which fewer are
/// taken.
TEST(Planner, IsNoWorseWithMoreDevices) {
  Random random(9);
  for (int i = 0; i < 6; ++i) {
    const graph::Graph graph = testing::small_network(random, 6);
    const profile::Profile one = testing::cluster({testing::pi(2e-3)}, 2e5);
    for (const Objective objective : {Objective::throughput, Objective::latency}) {
      Request request;
      request.objective = objective;
      Seconds reached = std::numeric_limits<Seconds>::infinity();
      for (std::size_t devices = 5; devices <= 12; ++devices) {
        const Price price = propose(graph, one.of_size(devices), request).price;
        EXPECT_LE(cost(price, objective), reached * 1.002)
            << "case " << i << ", " << devices << " devices";
        reached = std::min(reached, cost(price, objective));
      }
    }
  }
}

}  // namespace
}  // namespace shoal::planner
