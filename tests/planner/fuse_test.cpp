#include "planner/fuse.hpp"

#include <gtest/gtest.h>

#include "shoal/plan/split_text.hpp"

#include "planner/refinements.hpp"
#include "support/small_network.hpp"

namespace shoal::planner {
namespace {

using testing::Random;

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
  Estimator estimator(profile);
  const auto cut = price_candidate(std::move(plan), graph, estimator);
  return fuse_where_cheaper(cut.value(), graph, units_of(graph), estimator, latency);
}

TEST(FuseWhereCheaper, ComputesTwiceWhatATransferWouldTakeLongerFor) {
  const Candidate slow_line = fuse_two(1, 1e9);
  EXPECT_TRUE(is_fused(slow_line.plan, "a"));
  EXPECT_FALSE(is_fused(slow_line.plan, "b")) << "what reads it is not cut in space";
  EXPECT_FALSE(is_fused(fuse_two(0, 1e3).plan, "a")) << "a slow device on a quick line";
}

TEST(FuseWhereCheaper, NeverMakesAPlanDearerOrTooLarge) {
  const int changed = refine_random_plans(41, fuse_where_cheaper,
                                          [](const Candidate& before, const Candidate& after) {
                                            return after.price.latency < before.price.latency;
                                          });
  EXPECT_GE(changed, 10);
}

}  // namespace
}  // namespace shoal::planner
