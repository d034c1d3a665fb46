#include "planner/stream.hpp"

#include <gtest/gtest.h>

#include "shoal/plan/split_text.hpp"

#include "planner/small_cases.hpp"

namespace shoal::planner {
namespace {

using testing::Random;

Seconds latency(const Candidate& candidate) {
  return candidate.price.latency;
}

TEST(StreamWhereCheaper, NeverMakesAPlanDearerOrTooLarge) {
  Random random(43);
  int changed = 0;
  for (int i = 0; i < 100; ++i) {
    const graph::Graph graph = testing::small_network(random, 5);
    if (!graph.find("conv0")) continue;
    const profile::Profile profile = testing::small_cluster(random, graph, 4);
    const auto ranks = static_cast<int>(profile.devices.size());
    auto plan = plan::parse_split("conv=spatial:" + std::to_string(ranks), ranks, graph);
    const auto before = price_candidate(std::move(plan), graph, profile);
    if (!before) continue;
    const Candidate after = stream_where_cheaper(*before, graph, units_of(graph), profile, latency);
    ASSERT_LE(after.price.latency, before->price.latency) << "case " << i;
    ASSERT_EQ(price(after.plan, graph, profile).latency, after.price.latency);
    for (std::size_t rank = 0; rank < profile.devices.size(); ++rank) {
      ASSERT_LE(after.price.ranks[rank].held(), profile.devices[rank].memory) << "case " << i;
    }
    changed += plan::is_streamed(after.plan) ? 1 : 0;
  }
  EXPECT_GE(changed, 10);
}

TEST(StreamWhereCheaper, LeavesWhatRunsOnOneDevice) {
  Random random(44);
  const graph::Graph graph = testing::small_network(random, 5);
  const profile::Profile profile = testing::cluster({testing::pi()});
  const auto alone = price_candidate(plan::parse_split("", 1, graph), graph, profile);
  const Candidate after = stream_where_cheaper(*alone, graph, units_of(graph), profile, latency);
  EXPECT_FALSE(plan::is_streamed(after.plan));
}

}  // namespace
}  // namespace shoal::planner
