#include "shoal/plan/plan.hpp"

#include <cmath>
#include <functional>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/graph/lower.hpp"
#include "shoal/graph/zoo.hpp"

#include "support/error_text.hpp"
#include "support/small_network.hpp"

namespace shoal::plan {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Placement placement(const char* scheme, std::vector<Rank> ranks) {
  Placement result;
  result.scheme = split::find_scheme(scheme);
  result.options.shares.assign(ranks.size(), 1.0);
  result.ranks = std::move(ranks);
  return result;
}

/// Stage one: `a` in rows over four; stage two: two replicas of `flatten` to `z`.
Plan good_plan() {
  Plan plan;
  plan.model = "small";
  plan.ranks = 8;
  plan.input_rank = {0};
  plan.output_rank = {7};
  Replica first{{{0}, {1}, {2}, {3}}, {}};
  first.layers.emplace("a", placement("spatial", first.ranks));
  Replica second{{{4}, {5}}, {}};
  second.layers.emplace("x", placement("output", second.ranks));
  Replica third{{{6}, {7}}, {}};
  third.layers.emplace("x", placement("input", third.ranks));
  plan.stages.push_back({"one", "", {first}});
  plan.stages.push_back({"two", "flatten", {second, third}});
  return plan;
}

/// What validate() says of the good plan with one thing wrong.
std::string refusal(const std::function<void(Plan&)>& spoil) {
  Plan plan = good_plan();
  spoil(plan);
  return shoal::testing::error_text([&] { validate(plan, shoal::testing::small_network()); });
}

Replica& first_of(Plan& plan) {
  return plan.stages[0].replicas[0];
}
Placement& placement_of_a(Plan& plan) {
  return first_of(plan).layers.at("a");
}

TEST(Validate, TakesAGoodPlan) {
  EXPECT_NO_THROW(validate(good_plan(), shoal::testing::small_network()));
}

TEST(Validate, WantsRanksThatThePlanHas) {
  EXPECT_THAT(refusal([](Plan& plan) { plan.ranks = 0; }), StartsWith("/ranks: "));
  EXPECT_THAT(refusal([](Plan& plan) { plan.input_rank = {8}; }),
              StartsWith("/input_rank: rank 8 is not one of the plan's 8 (0 to 7)"));
  EXPECT_THAT(refusal([](Plan& plan) { plan.output_rank = {-1}; }), StartsWith("/output_rank: "));
  EXPECT_THAT(refusal([](Plan& plan) { plan.ranks = 7; }), StartsWith("/output_rank: rank 7 "));
  EXPECT_THAT(refusal([](Plan& plan) {
                first_of(plan).ranks = {{0}, {9}};
              }),
              StartsWith("/stages/0/ranks: rank 9 "));
  EXPECT_THAT(refusal([](Plan& plan) { first_of(plan).ranks.clear(); }),
              StartsWith("/stages/0/ranks: needs at least one"));
}

TEST(Validate, WantsEachRankOnceAndAscending) {
  for (const std::vector<Rank>& ranks : {std::vector<Rank>{{0}, {0}}, {{1}, {0}}}) {
    EXPECT_THAT(refusal([&](Plan& plan) { first_of(plan).ranks = ranks; }),
                StartsWith("/stages/0/ranks: "));
    EXPECT_THAT(refusal([&](Plan& plan) { placement_of_a(plan).ranks = ranks; }),
                StartsWith("/stages/0/layers/a/ranks: "));
  }
  EXPECT_THAT(refusal([](Plan& plan) { placement_of_a(plan).ranks.clear(); }),
              StartsWith("/stages/0/layers/a/ranks: "));
  EXPECT_THAT(refusal([](Plan& plan) {
                plan.stages[1].replicas[1].ranks = {{5}, {7}};
              }),
              StartsWith("/stages/1/replicas/1/ranks: rank 5 is in another replica"));
}

TEST(Validate, WantsALayersRanksAmongItsStages) {
  EXPECT_THAT(refusal([](Plan& plan) {
                placement_of_a(plan).ranks = {{3}, {4}};
              }),
              StartsWith("/stages/0/layers/a/ranks: rank 4 is not in the stage (ranks 0-3)"));
}

TEST(Validate, WantsStagesInTheOrderOfTheNetwork) {
  EXPECT_THAT(refusal([](Plan& plan) { plan.stages.clear(); }), StartsWith("/stages: "));
  EXPECT_THAT(refusal([](Plan& plan) { plan.stages[1].replicas.clear(); }),
              StartsWith("/stages/1/replicas: "));
  EXPECT_THAT(refusal([](Plan& plan) { plan.stages[0].from = std::string("b"); }),
              StartsWith("/stages/0/from: the layers before it are in no stage"));
  EXPECT_THAT(refusal([](Plan& plan) { plan.stages[1].from.clear(); }),
              StartsWith("/stages/1/from: "));
  EXPECT_THAT(refusal([](Plan& plan) { plan.stages[1].from = std::string("input"); }),
              StartsWith("/stages/1/from: input does not come after"));
  EXPECT_THAT(refusal([](Plan& plan) { plan.stages[1].from = std::string("flaten"); }),
              StartsWith("/stages/1/from: small has no layer flaten; did you mean flatten?"));
  for (const char* first : {"", "input", "a"}) {
    Plan plan = good_plan();
    plan.stages[0].from = first;
    EXPECT_NO_THROW(validate(plan, shoal::testing::small_network())) << first;
  }
}

TEST(Validate, WantsLayersOfTheNetworkInTheirStage) {
  const auto with_layer = [](const char* name) {
    return refusal(
        [&](Plan& plan) { first_of(plan).layers.emplace(name, placement("replicated", {{0}})); });
  };
  EXPECT_THAT(with_layer("c"),
              StartsWith("/stages/0/layers/c: small has no layer c; did you mean"));
  EXPECT_THAT(with_layer("y"), StartsWith("/stages/0/layers/y: the layer is not in this stage"));
  EXPECT_THAT(with_layer("input"), StartsWith("/stages/0/layers/input: the input is not computed"));
  EXPECT_THAT(with_layer("sep~conv/depthwise"),
              StartsWith("/stages/0/layers/sep~0conv~1depthwise: "))
      << "a JSON pointer";
  // A layer in two stages is in the wrong one once.
  EXPECT_THAT(refusal([](Plan& plan) {
                plan.stages[1].replicas[1].layers.emplace("a", placement("replicated", {{6}}));
              }),
              StartsWith("/stages/1/replicas/1/layers/a: the layer is not in this stage"));
}

TEST(Validate, WantsASchemeThatFits) {
  EXPECT_THAT(
      refusal([](Plan& plan) { placement_of_a(plan).scheme = split::find_scheme("output"); }),
      StartsWith("/stages/0/layers/a/scheme: output does not fit a (Conv2D)"));
  EXPECT_THAT(refusal([](Plan& plan) { placement_of_a(plan).scheme = nullptr; }),
              StartsWith("/stages/0/layers/a/scheme: is missing"));
  EXPECT_THAT(refusal([](Plan& plan) {
                plan.stages[1].replicas[0].layers.at("x").scheme = split::find_scheme("filter");
              }),
              StartsWith("/stages/1/replicas/0/layers/x/scheme: filter does not fit x (Dense)"));
}

TEST(Validate, WantsAShareForEachRank) {
  const auto with_shares = [](std::vector<double> shares) {
    return refusal([&](Plan& plan) { placement_of_a(plan).options.shares = shares; });
  };
  const std::string where = "/stages/0/layers/a/shares: ";
  EXPECT_THAT(with_shares({1, 1, 1}), StartsWith(where + "3 shares for 4 ranks"));
  EXPECT_THAT(with_shares({}), StartsWith(where));
  EXPECT_THAT(with_shares({1, 1, 1, -1}), StartsWith(where));
  EXPECT_THAT(with_shares({1, 1, 1, 1e10}), StartsWith(where));
  EXPECT_THAT(with_shares({1, 1, 1, std::nan("")}), StartsWith(where));
  EXPECT_THAT(with_shares({0, 0, 0, 0}), StartsWith(where + "at least one"));
  Plan plan = good_plan();
  placement_of_a(plan).options.shares = {0, 0, 0.5, 1e9};
  EXPECT_NO_THROW(validate(plan, shoal::testing::small_network()));
}

TEST(Validate, WantsTilesForEachRank) {
  const auto with_tiles = [](std::vector<Axis> axes, std::vector<Index> grid) {
    return refusal([&](Plan& plan) {
      placement_of_a(plan).options.axes = axes;
      placement_of_a(plan).options.grid = grid;
    });
  };
  const std::string a = "/stages/0/layers/a/";
  EXPECT_THAT(with_tiles({}, {}), StartsWith(a + "axes: needs at least one"));
  EXPECT_THAT(with_tiles({Axis::channel}, {}), StartsWith(a + "axes: channel is not"));
  // The second cut would undo the first: every tile twice.
  EXPECT_THAT(with_tiles({Axis::height, Axis::height}, {2, 2}),
              StartsWith(a + "axes: height is named twice"));
  EXPECT_THAT(with_tiles({Axis::height, Axis::width}, {}), StartsWith(a + "grid: "));
  EXPECT_THAT(with_tiles({Axis::height, Axis::width}, {4}), StartsWith(a + "grid: "));
  EXPECT_THAT(with_tiles({Axis::height, Axis::width}, {2, 3}),
              StartsWith(a + "grid: 6 tiles for 4 ranks"));
  EXPECT_THAT(with_tiles({Axis::height, Axis::width}, {4, 0}), StartsWith(a + "grid: "));
  EXPECT_THAT(with_tiles({Axis::height, Axis::width}, {8192, 2}), StartsWith(a + "grid: "));
  EXPECT_THAT(refusal([](Plan& plan) {
                placement_of_a(plan).options = {{1, 1, 1, 2}, {Axis::height, Axis::width}, {2, 2}};
              }),
              StartsWith(a + "shares: tiles are equal"));
  Plan plan = good_plan();
  placement_of_a(plan).options = {{3, 3, 3, 3}, {Axis::height, Axis::width}, {1, 4}};
  EXPECT_NO_THROW(validate(plan, shoal::testing::small_network()));
}

TEST(Validate, WantsChunksOfWhatIsComplete) {
  const auto cut = [](const char* scheme, std::size_t chunks) {
    return [=](Plan& plan) {
      placement_of_a(plan) = placement(scheme, first_of(plan).ranks);
      placement_of_a(plan).chunks = chunks;
    };
  };
  const auto with_chunks = [&](const char* scheme, std::size_t chunks) {
    return refusal(cut(scheme, chunks));
  };
  for (const auto& good : {cut("spatial", 8), cut("channel", most_chunks), cut("filter", 1)}) {
    Plan plan = good_plan();
    good(plan);
    EXPECT_NO_THROW(validate(plan, shoal::testing::small_network()));
  }
  EXPECT_THAT(with_chunks("filter", 2), StartsWith("/stages/0/layers/a/chunks: filter makes sum"));
  EXPECT_THAT(with_chunks("spatial", 0), StartsWith("/stages/0/layers/a/chunks: is 1 to 1024"));
  EXPECT_THAT(with_chunks("spatial", 1025), HasSubstr("is 1 to 1024, not 1025"));
}

TEST(Validate, WantsAnOrderOfWhatIsCutInIt) {
  const auto ordered = [](const char* scheme, std::size_t chunks, Order order) {
    return [=](Plan& plan) {
      placement_of_a(plan) = placement(scheme, first_of(plan).ranks);
      placement_of_a(plan).chunks = chunks;
      placement_of_a(plan).order = order;
    };
  };
  for (const auto& good :
       {ordered("spatial", 1, Order::boundary_first), ordered("channel", 2, Order::descending)}) {
    Plan plan = good_plan();
    good(plan);
    EXPECT_NO_THROW(validate(plan, shoal::testing::small_network()));
    EXPECT_TRUE(is_streamed(plan));
  }
  EXPECT_THAT(refusal(ordered("channel", 1, Order::boundary_first)),
              StartsWith("/stages/0/layers/a/order: boundary-first is for spatial only"));
  EXPECT_THAT(refusal(ordered("spatial", 2, Order::boundary_first)),
              StartsWith("/stages/0/layers/a/chunks: boundary-first makes as many as"));
  EXPECT_THAT(refusal(ordered("spatial", 1, Order::descending)),
              StartsWith("/stages/0/layers/a/order: descending is for more than one chunk"));
  EXPECT_THAT(refusal(ordered("filter", 2, Order::descending)), HasSubstr("makes summands"));
}

TEST(ResolveLayer, SaysWhatANameMayMean) {
  const graph::Graph resnet = graph::lower(graph::make_model("resnet50").graph);
  EXPECT_EQ(resnet[resolve_layer(resnet, "conv1_conv")].name, "conv1_conv");
  const auto told = [&](const char* name) {
    return shoal::testing::error_text([&] { resolve_layer(resnet, name); });
  };
  EXPECT_THAT(told("conv1_con"), HasSubstr("did you mean conv1_conv?"));
  // A batch normalisation is folded into the convolution before it.
  EXPECT_THAT(told("conv1_bn"), HasSubstr("runs inside conv1_conv: name that one"));
}

TEST(Credits, AreTwoForEachReplicaUnlessTold) {
  Plan plan = good_plan();
  EXPECT_EQ(credits(plan), 6U);
  plan.in_flight = 5;
  EXPECT_EQ(credits(plan), 5U);
}

Plan with_replicas(const std::vector<int>& counts) {
  Plan plan;
  int rank = 0;
  for (const int count : counts) {
    Stage& stage = plan.stages.emplace_back();
    for (int i = 0; i < count; ++i) stage.replicas.push_back({{{rank++}}, {}});
  }
  plan.ranks = rank;
  return plan;
}

TEST(Lanes, TakeEveryReplicaEquallyOften) {
  const std::vector<Plan> two_by_three = lanes(with_replicas({2, 3}));
  ASSERT_EQ(two_by_three.size(), 6U);
  std::set<std::pair<int, int>> ways;
  for (const Plan& lane : two_by_three) {
    ASSERT_EQ(lane.ranks, 5);
    ASSERT_EQ(lane.stages[0].replicas.size(), 1U);
    ways.emplace(lane.stages[0].replicas[0].ranks[0].value,
                 lane.stages[1].replicas[0].ranks[0].value);
  }
  EXPECT_EQ(ways.size(), 6U) << "every combination of neighbours";
  EXPECT_EQ(lanes(with_replicas({1, 1})).size(), 1U);
  EXPECT_EQ(lanes(with_replicas({2, 4})).size(), 4U);
}

TEST(Lanes, StayFewWhereTheCommonMultipleIsLarge) {
  const std::vector<Plan> many = lanes(with_replicas({7, 11}));
  std::set<int> used;
  for (const Plan& lane : many) {
    for (const Stage& stage : lane.stages) used.insert(stage.replicas[0].ranks[0].value);
  }
  EXPECT_EQ(many.size(), 11U);
  EXPECT_EQ(used.size(), 18U) << "every replica occurs";
}

}  // namespace
}  // namespace shoal::plan
