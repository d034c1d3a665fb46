#include "planner/fuse.hpp"

#include <gtest/gtest.h>

#include "shoal/plan/split_text.hpp"

#include "planner/small_cases.hpp"
#include "support/small_network.hpp"

namespace shoal::planner {
namespace {

using testing::Random;

Seconds latency(const Candidate& candidate) {
  return candidate.price.latency;
}

bool is_fused(const plan::Plan& plan, const std::string& layer) {
  return plan.stages.front().replicas.front().layers.at(layer).options.fused;
}

/// `a` and `b` cut in space over three devices, on lines that take `per_message` seconds for each.
Candidate fuse_two(Seconds per_message, double flops_per_second) {
  const graph::Graph graph = testing::small_network();
  profile::Profile profile =
      testing::cluster(std::vector<profile::Device>(3, testing::pi(flops_per_second * 1e-9)), 1e9);
  for (profile::Device& device : profile.devices) {
    for (auto& [kind, law] : device.laws) law.fixed = 0;
  }
  profile.network.link.latency = per_message;
  auto plan = plan::parse_split("a=spatial:3,b=spatial:3", 3, graph);
  const auto cut = price_candidate(std::move(plan), graph, profile);
  return fuse_where_cheaper(cut.value(), graph, units_of(graph), profile, latency);
}

TEST(FuseWhereCheaper, ComputesTwiceWhatATransferWouldTakeLongerFor) {
  const Candidate slow_line = fuse_two(1, 1e9);
  EXPECT_TRUE(is_fused(slow_line.plan, "a"));
  EXPECT_FALSE(is_fused(slow_line.plan, "b")) << "what reads it is not cut in space";
  EXPECT_FALSE(is_fused(fuse_two(0, 1e3).plan, "a")) << "a slow device on a quick line";
}

TEST(FuseWhereCheaper, NeverMakesAPlanDearerOrTooLarge) {
  Random random(41);
  int changed = 0;
  for (int i = 0; i < 100; ++i) {
    const graph::Graph graph = testing::small_network(random, 5);
    if (!graph.find("conv0")) continue;
    const profile::Profile profile = testing::small_cluster(random, graph, 4);
    const auto ranks = static_cast<int>(profile.devices.size());
    auto plan = plan::parse_split("conv=spatial:" + std::to_string(ranks), ranks, graph);
    const auto before = price_candidate(std::move(plan), graph, profile);
    if (!before) continue;
    const Candidate after = fuse_where_cheaper(*before, graph, units_of(graph), profile, latency);
    ASSERT_LE(after.price.latency, before->price.latency) << "case " << i;
    ASSERT_EQ(price(after.plan, graph, profile).latency, after.price.latency);
    for (std::size_t rank = 0; rank < profile.devices.size(); ++rank) {
      ASSERT_LE(after.price.ranks[rank].held(), profile.devices[rank].memory) << "case " << i;
    }
    changed += after.price.latency < before->price.latency ? 1 : 0;
  }
  EXPECT_GE(changed, 10);
}

}  // namespace
}  // namespace shoal::planner
