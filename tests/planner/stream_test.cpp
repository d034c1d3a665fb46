#include "planner/stream.hpp"

#include <gtest/gtest.h>

#include "shoal/plan/split_text.hpp"

#include "planner/refinements.hpp"

namespace shoal::planner {
namespace {

using testing::Random;

TEST(StreamWhereCheaper, NeverMakesAPlanDearerOrTooLarge) {
  const int changed = refine_random_plans(43, stream_where_cheaper,
                                          [](const Candidate& /*before*/, const Candidate& after) {
                                            return plan::is_streamed(after.plan);
                                          });
  EXPECT_GE(changed, 10);
}

TEST(StreamWhereCheaper, LeavesWhatRunsOnOneDevice) {
  Random random(44);
  const graph::Graph graph = testing::small_network(random, 5);
  const profile::Profile profile = testing::cluster({testing::pi()});
  Estimator estimator(profile);
  const auto alone = price_candidate(plan::parse_split("", 1, graph), graph, estimator);
  const Candidate after = stream_where_cheaper(*alone, graph, units_of(graph), estimator, latency);
  EXPECT_FALSE(plan::is_streamed(after.plan));
}

}  // namespace
}  // namespace shoal::planner
