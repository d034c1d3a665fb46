#include "shoal/plan/preset.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/base/error.hpp"
#include "shoal/graph/lower.hpp"
#include "shoal/graph/zoo.hpp"
#include "shoal/plan/document.hpp"

#include "support/error_text.hpp"

namespace shoal::plan {
namespace {

graph::Graph network_of(const Plan& plan) {
  return graph::lower(graph::make_model(plan.model).graph);
}

TEST(Preset, EachIsAValidPlanOfItsNetwork) {
  for (const std::string_view name : preset_names()) {
    const Plan plan = preset(name);
    const graph::Graph network = network_of(plan);
    EXPECT_NO_THROW(validate(plan, network)) << name;
    EXPECT_EQ(to_json(parse(to_json(plan), "preset", network)), to_json(plan)) << name;
  }
}

TEST(Preset, EveryRankButASenderHasWork) {
  for (const std::string_view name : preset_names()) {
    const Plan plan = preset(name);
    std::set<Rank> busy;
    for (const Stage& stage : plan.stages) {
      for (const Replica& replica : stage.replicas) {
        busy.insert(replica.ranks.begin(), replica.ranks.end());
      }
    }
    const int idle = busy.contains(Rank{0}) ? 0 : 1;
    EXPECT_EQ(static_cast<int>(busy.size()) + idle, plan.ranks) << name;
  }
}

TEST(Preset, HasAsManyDevicesAsItsNameSays) {
  EXPECT_EQ(preset("paper-alexnet-4").ranks, 4);
  EXPECT_EQ(preset("paper-alexnet-5").ranks, 5);
  EXPECT_EQ(preset("paper-alexnet-6").ranks, 6);
  EXPECT_EQ(preset("paper-vgg16-8").ranks, 8);
  EXPECT_EQ(preset("paper-vgg16-9").ranks, 9);
  EXPECT_EQ(preset("paper-vgg16-9-sequence").ranks, 9);
  EXPECT_EQ(preset("paper-vgg16-11").ranks, 11);
  EXPECT_EQ(preset("paper-c3d-conv2-3").ranks, 6);
}

TEST(Preset, SplitsTheFirstDenseLayerByOutput) {
  const Plan plan = preset("paper-vgg16-8");
  const Placement& placement = plan.stages[3].replicas.front().layers.at("fc1");
  EXPECT_EQ(placement.scheme->name, "output");
  EXPECT_EQ(placement.ranks, (std::vector<Rank>{{5}, {6}}));
}

TEST(Preset, UnknownNamesAreToldTheKnownOnes) {
  EXPECT_THAT(testing::error_text([] { preset("paper"); }),
              ::testing::HasSubstr("unknown preset 'paper'; there are paper-alexnet-4"));
}

}  // namespace
}  // namespace shoal::plan
