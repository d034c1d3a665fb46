#pragma once

#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "shoal/plan/split_text.hpp"

#include "planner/candidate.hpp"
#include "planner/small_cases.hpp"
#include "planner/unit.hpp"

namespace shoal::planner {

inline Seconds latency(const Candidate& candidate) {
  return candidate.price.latency;
}

/// Lets `refine` (fuse_where_cheaper, say) better the latency of random plans that are cut in
/// space: none gets dearer or holds more than its devices' memory. Returns how many `is_changed`
/// says are changed.
template <typename Refine, typename IsChanged>
int refine_random_plans(unsigned seed, Refine refine, IsChanged is_changed) {
  testing::Random random(seed);
  int changed = 0;
  for (int i = 0; i < 100; ++i) {
    const graph::Graph graph = testing::small_network(random, 5);
    if (!graph.find("conv0")) continue;
    const profile::Profile profile = testing::small_cluster(random, graph, 4);
    const auto ranks = static_cast<int>(profile.devices.size());
    auto plan = plan::parse_split("conv=spatial:" + std::to_string(ranks), ranks, graph);
    Estimator estimator(profile);
    const auto before = price_candidate(std::move(plan), graph, estimator);
    if (!before) continue;
    const Candidate after = refine(*before, graph, units_of(graph), estimator, latency);
    EXPECT_LE(after.price.latency, before->price.latency) << "case " << i;
    EXPECT_EQ(price(after.plan, graph, profile).latency, after.price.latency);
    for (std::size_t rank = 0; rank < profile.devices.size(); ++rank) {
      EXPECT_LE(after.price.ranks[rank].held(), profile.devices[rank].memory) << "case " << i;
    }
    changed += is_changed(*before, after) ? 1 : 0;
  }
  return changed;
}

}  // namespace shoal::planner
