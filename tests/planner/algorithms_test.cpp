#include "planner/algorithms.hpp"

#include <gtest/gtest.h>

#include "shoal/plan/split_text.hpp"
#include "shoal/planner/planner.hpp"

#include "support/profiles.hpp"
#include "support/small_network.hpp"

namespace shoal::planner {
namespace {

using graph::ConvolutionAlgorithm;
using profile::Cut;

/// What was measured of a layer of the small network.
profile::Measurement measured(const char* layer, double fraction, Cut cut,
                              std::optional<ConvolutionAlgorithm> algorithm) {
  const double flops = 1e6 * fraction;
  return {{"small", layer, profile::Kind::convolution, cut, fraction, flops, 1}, 1, algorithm};
}

profile::Device device(std::vector<profile::Measurement> measurements) {
  profile::Device device = testing::pi();
  device.measurements = std::move(measurements);
  return device;
}

/// Two unlike devices. The first is quickest by other algorithms for halves than for the whole.
profile::Profile unlike() {
  return testing::cluster(
      {device({measured("a", 1, Cut::space, ConvolutionAlgorithm::winograd6),
               measured("a", 0.5, Cut::space, ConvolutionAlgorithm::winograd4),
               measured("a", 0.5, Cut::outputs, ConvolutionAlgorithm::winograd2),
               measured("b", 1, Cut::space, ConvolutionAlgorithm::winograd6)}),
       device({measured("a", 1, Cut::space, ConvolutionAlgorithm::direct),
               measured("b", 0.25, Cut::space, std::nullopt)})});
}

using Words = std::map<std::string, std::map<Rank, ConvolutionAlgorithm>>;

/// Of the first replica of the first stage.
Words words(const std::string& split, const profile::Profile& profile) {
  const graph::Graph graph = testing::small_network();
  plan::Plan plan = plan::parse_split(split, static_cast<int>(profile.devices.size()), graph);
  choose_algorithms(plan, graph, profile);
  plan::validate(plan, graph);
  return plan.stages.front().replicas.front().algorithms;
}

TEST(ChooseAlgorithms, GivesEachRankWhatItsDeviceIsFastestBy) {
  EXPECT_EQ(words("a=spatial:2", unlike()),
            (Words{{"a",
                    {{Rank{0}, ConvolutionAlgorithm::winograd4},
                     {Rank{1}, ConvolutionAlgorithm::direct}}},
                   {"b", {{Rank{0}, ConvolutionAlgorithm::winograd6}}}}))
      << "b, that is not placed, is whole on rank 0";
  EXPECT_EQ(words("a=channel:2", unlike()).at("a").at({0}), ConvolutionAlgorithm::winograd2);
  EXPECT_EQ(words("a=spatial:9/1", unlike()).at("a").at({0}), ConvolutionAlgorithm::winograd6)
      << "nine tenths are nearer to the whole";
}

TEST(ChooseAlgorithms, SaysNothingWhereItWasNotMeasured) {
  const profile::Device plain = device({measured("a", 1, Cut::space, std::nullopt)});
  EXPECT_EQ(words("a=spatial:2", testing::cluster({plain, plain})), Words{});
  const Words half = words("b=spatial:2", unlike());
  EXPECT_EQ(half.at("b").size(), 1U) << "rank 1 measured it by one algorithm only";
  EXPECT_FALSE(words("x=output:2", unlike()).contains("x"));
}

TEST(ChooseAlgorithms, SaysNothingOfChunks) {
  EXPECT_FALSE(words("a=spatial:2@4", unlike()).contains("a"));
}

TEST(ChooseAlgorithms, GivesEachReplicaItsOwn) {
  const graph::Graph graph = testing::small_network();
  const profile::Profile profile = unlike();
  plan::Plan plan = plan::parse_split("", 2, graph);
  plan.stages.front().replicas = {{{Rank{0}}, {}}, {{Rank{1}}, {}}};
  choose_algorithms(plan, graph, profile);
  const auto& replicas = plan.stages.front().replicas;
  EXPECT_EQ(replicas[0].algorithm("a", {0}), ConvolutionAlgorithm::winograd6);
  EXPECT_EQ(replicas[1].algorithm("a", {1}), ConvolutionAlgorithm::direct);
  EXPECT_EQ(replicas[0].algorithms.at("a").size(), 1U);
}

TEST(ChooseAlgorithms, IsDoneForWhatIsProposed) {
  const graph::Graph graph = testing::small_network();
  profile::Profile profile = unlike();
  profile.devices.pop_back();
  const Proposal proposal = propose(graph, profile, {});
  EXPECT_EQ(proposal.plan.stages.front().replicas.front().algorithm("a", {0}),
            ConvolutionAlgorithm::winograd6);
}

}  // namespace
}  // namespace shoal::planner
