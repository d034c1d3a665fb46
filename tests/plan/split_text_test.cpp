#include "shoal/plan/split_text.hpp"

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

using Layers = std::map<std::string, Placement>;

Layers layers_of(const graph::Graph& graph, const std::string& text, int ranks) {
  const Plan plan = parse_split(text, ranks, graph);
  EXPECT_EQ(plan.stages.size(), 1U);
  EXPECT_EQ(plan.stages.front().replicas.size(), 1U);
  return plan.stages.front().replicas.front().layers;
}

Layers small(const std::string& text, int ranks = 6) {
  return layers_of(shoal::testing::small_network(), text, ranks);
}

Layers xception(const std::string& text, int ranks = 6) {
  return layers_of(graph::lower(graph::make_model("xception").graph), text, ranks);
}

std::vector<Rank> first(int count) {
  std::vector<Rank> ranks;
  for (int rank = 0; rank < count; ++rank) ranks.push_back({rank});
  return ranks;
}

std::string_view scheme_of(const Layers& layers, const std::string& name) {
  const auto found = layers.find(name);
  return found == layers.end() ? "none" : found->second.scheme->name;
}

TEST(SplitText, OfNothingIsAPlanOfOneStage) {
  const Plan plan = parse_split("", 3, shoal::testing::small_network());
  EXPECT_EQ(plan.model, "small");
  EXPECT_EQ(plan.ranks, 3);
  ASSERT_EQ(plan.stages.size(), 1U);
  EXPECT_EQ(plan.stages.front().replicas.front().ranks, first(3));
  EXPECT_TRUE(plan.stages.front().replicas.front().layers.empty());
}

TEST(SplitText, EqualSharesOverTheFirstRanks) {
  const Placement x = small("x=output:4").at("x");
  EXPECT_EQ(x.scheme->name, "output");
  EXPECT_EQ(x.ranks, first(4));
  EXPECT_EQ(x.options.shares, (std::vector<double>{1, 1, 1, 1}));
}

TEST(SplitText, AShareForEachOfTheFirstRanks) {
  const Placement a = small("a=channel:2/0.5/1e1").at("a");
  EXPECT_EQ(a.ranks, first(3));
  EXPECT_EQ(a.options.shares, (std::vector<double>{2, 0.5, 10}));
  EXPECT_EQ(small("a=channel:2/0").at("a").options.shares, (std::vector<double>{2, 0}));
}

TEST(SplitText, TilesAndAxes) {
  const Placement tiles = small("a=spatial:3x2").at("a");
  EXPECT_EQ(tiles.ranks, first(6));
  EXPECT_EQ(tiles.options.axes, (std::vector<Axis>{Axis::height, Axis::width}));
  EXPECT_EQ(tiles.options.grid, (std::vector<Index>{3, 2}));
  const auto axis_of = [](const char* text) { return small(text).at("a").options.axes; };
  EXPECT_EQ(axis_of("a=spatial:2"), std::vector<Axis>{Axis::height});
  EXPECT_EQ(axis_of("a=spatial-height:2"), std::vector<Axis>{Axis::height});
  EXPECT_EQ(axis_of("a=spatial-width:2"), std::vector<Axis>{Axis::width});
  EXPECT_EQ(axis_of("a=spatial-depth:2"), std::vector<Axis>{Axis::depth});
  EXPECT_EQ(small("a=spatial-width:3/1").at("a").options.shares, (std::vector<double>{3, 1}));
}

TEST(SplitText, FusesALayerWithWhatReadsIt) {
  const Layers layers = small("a=spatial-fused:2/1,b=spatial:2");
  EXPECT_EQ(scheme_of(layers, "a"), "spatial");
  EXPECT_TRUE(layers.at("a").options.fused);
  EXPECT_EQ(layers.at("a").options.shares, (std::vector<double>{2, 1}));
  EXPECT_FALSE(layers.at("b").options.fused);
  const Placement columns = small("a=spatial-width-fused:2,b=spatial:2").at("a");
  EXPECT_TRUE(columns.options.fused);
  EXPECT_EQ(columns.options.axes, std::vector<Axis>{Axis::width});
  EXPECT_EQ(small("a=spatial-fused:2x2,b=spatial:4").at("a").options.grid,
            (std::vector<Index>{2, 2}));
}

TEST(SplitText, FusesThoseOfAClassThatCanBe) {
  const Layers layers = small("conv=spatial-fused:2");
  EXPECT_TRUE(layers.at("a").options.fused);
  EXPECT_FALSE(layers.at("b").options.fused) << "flatten comes after it";
  EXPECT_EQ(scheme_of(layers, "b"), "spatial");
  EXPECT_FALSE(small("all=spatial-fused:2,b=spatial:3").at("a").options.fused) << "other ranks";
  const Layers sep = xception("conv=spatial-fused:2");
  EXPECT_TRUE(sep.at("block2_sepconv1").options.fused);
  EXPECT_TRUE(sep.at("block2_sepconv1/depthwise").options.fused);
  EXPECT_FALSE(sep.at("block14_sepconv2").options.fused) << "all of its rows are averaged";
}

TEST(SplitText, WholeOnARank) {
  const Placement z = small("z=rank:5").at("z");
  EXPECT_EQ(z.scheme->name, "replicated");
  EXPECT_EQ(z.ranks, (std::vector<Rank>{{5}}));
}

TEST(SplitText, ClassesAreConvolutionsDenseLayersAndBoth) {
  const Layers conv = small("conv=spatial:2");
  EXPECT_EQ(conv.size(), 2U);
  EXPECT_EQ(scheme_of(conv, "a"), "spatial");
  EXPECT_EQ(scheme_of(conv, "b"), "spatial");
  const Layers fc = small("fc=input:2");
  EXPECT_EQ(fc.size(), 3U);
  EXPECT_EQ(scheme_of(fc, "y"), "input");
  EXPECT_EQ(small("all=rank:1").size(), 5U) << "none of the layers without weights";
}

TEST(SplitText, ALayersOwnEntryGoesFirstWhereverItStands) {
  for (const char* text :
       {"b=channel:3,conv=spatial:2,all=rank:5", "all=rank:5,conv=spatial:2,b=channel:3"}) {
    const Layers layers = small(text);
    EXPECT_EQ(scheme_of(layers, "a"), "spatial") << text;
    EXPECT_EQ(scheme_of(layers, "b"), "channel") << text;
    EXPECT_EQ(layers.at("x").ranks, (std::vector<Rank>{{5}})) << text;
  }
}

TEST(SplitText, AClassHoldsForWhatItsSchemeFits) {
  const Layers layers = small("all=spatial:2,all=output:3");
  EXPECT_EQ(scheme_of(layers, "a"), "spatial");
  EXPECT_EQ(scheme_of(layers, "x"), "output");
}

TEST(SplitText, ASeparableConvolutionMeansBothHalves) {
  const Layers spatial = xception("block2_sepconv1=spatial:2");
  EXPECT_EQ(scheme_of(spatial, "block2_sepconv1"), "spatial");
  EXPECT_EQ(scheme_of(spatial, "block2_sepconv1/depthwise"), "spatial");
  const Layers filter = xception("block2_sepconv1=filter:2");
  EXPECT_EQ(scheme_of(filter, "block2_sepconv1/depthwise"), "none") << "it is no sum";
  const Layers own = xception("block2_sepconv1=spatial:2,block2_sepconv1/depthwise=channel:3");
  EXPECT_EQ(scheme_of(own, "block2_sepconv1/depthwise"), "channel");
}

/// Each is refused in one line that begins with the entry and says what is wrong.
TEST(SplitText, NamesTheEntryThatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a", "is not LAYER=SCHEME:RANKS"},
      {"a=spatial", "is not LAYER=SCHEME:RANKS"},
      {"=spatial:2", "is not LAYER=SCHEME:RANKS"},
      {"a:spatial=2", "is not LAYER=SCHEME:RANKS"},
      {"c=spatial:2", "small has no layer c; did you mean"},
      {"a=spacial:2", "unknown scheme 'spacial'; there are rank, output"},
      {"a=:2", "unknown scheme ''"},
      {"a=spatial-channel:2", "unknown axis"},
      {"a=output:2", "output does not fit a (Conv2D)"},
      {"x=spatial:2", "spatial does not fit x (Dense)"},
      {"fc=channel:2", "channel fits no such layer of small"},
      {"input=replicated:2", "the input is not computed"},
      {"a=spatial:", "'' is not a number of ranks"},
      {"a=spatial:two", "'two' is not a number of ranks"},
      {"a=spatial:2 ", "'2 ' is not a number of ranks"},
      {"a=spatial:0", "a number of ranks is 1 to 4096"},
      {"a=spatial:-2", "a number of ranks is 1 to 4096"},
      {"a=spatial:99999999999", "is not a number of ranks"},
      {"a=spatial:7", "needs 7 ranks, there are 6"},
      {"a=spatial:1/1/1/1/1/1/1", "needs 7 ranks, there are 6"},
      {"a=spatial:2x4", "needs 8 ranks, there are 6"},
      {"a=spatial:0x2", "a number of tiles is 1 to 4096"},
      {"a=spatial:4097x1", "a number of tiles is 1 to 4096"},
      {"a=spatial:1x2x3", "tiles are HEIGHTxWIDTH"},
      {"a=spatial:2x", "'' is not a number of tiles"},
      {"a=channel:2x2", "'2x2' is not a number of ranks"},
      {"a=spatial-width:2x2", "'2x2' is not a number of ranks"},
      {"a=spatial:1/", "'' is not a share"},
      {"a=spatial:1/y", "'y' is not a share"},
      {"a=spatial:1/-1", "a share is 0 to 1e9"},
      {"a=spatial:1/2e9", "a share is 0 to 1e9"},
      {"a=spatial:1/nan", "a share is 0 to 1e9"},
      {"a=spatial:1/1e999", "is not a share"},
      {"a=spatial:0/0", "at least one share must be more than 0"},
      {"z=rank:6", "rank 6 is not one of the 6"},
      {"z=rank:-1", "rank -1 is not one of the 6"},
      {"z=rank:1/2", "'1/2' is not a rank"},
      {"a=spatial-fused:2", "b comes after it and runs whole on rank 0; what reads a fused layer"},
      {"b=spatial-fused:2", "flatten comes after it and cannot be split in space (Flatten)"},
      {"a=spatial-rows-fused:2", "unknown axis in 'spatial-rows-fused'"},
      {"a=spatial:2@", "'' is not a number of chunks"},
      {"a=spatial:2@x", "'x' is not a number of chunks"},
      {"a=spatial:2@0", "a number of chunks is 1 to 1024"},
      {"a=spatial:2@1025", "a number of chunks is 1 to 1024"},
      {"a=spatial:2@4-up", "'4-up' is not a number of chunks"},
      {"a=spatial:2@-descending", "'' is not a number of chunks"},
      {"a=channel-fused:2", "unknown scheme 'channel-fused'"},
      {"x=spatial-fused:2", "spatial-fused does not fit x (Dense)"},
  };
  for (const auto& [entry, reason] : cases) {
    const std::string told =
        shoal::testing::error_text([text = "y=output:2," + entry] { small(text); });
    EXPECT_THAT(told, StartsWith("--split: " + entry + ": "));
    EXPECT_THAT(told, HasSubstr(reason));
  }
}

TEST(SplitText, SaysInHowManyChunks) {
  const Layers layers = small("a=spatial:3@8,b=channel:2/1,fc=output:2@3");
  EXPECT_EQ(layers.at("a").chunks, 8U);
  EXPECT_EQ(layers.at("a").ranks.size(), 3U);
  EXPECT_EQ(layers.at("b").chunks, 1U);
  EXPECT_EQ(layers.at("z").chunks, 3U);
}

TEST(SplitText, SaysInWhichOrder) {
  const Layers layers = small("a=spatial:3@boundary-first,b=channel:2/1@4-descending,x=output:2@2");
  EXPECT_EQ(layers.at("a").order, Order::boundary_first);
  EXPECT_EQ(layers.at("a").ranks.size(), 3U);
  EXPECT_EQ(layers.at("b").order, Order::descending);
  EXPECT_EQ(layers.at("b").chunks, 4U);
  EXPECT_EQ(layers.at("x").order, Order::ascending);
}

TEST(SplitText, RefusesWhatIsSaidTwice) {
  for (const char* text : {"a=spatial:2,a=spatial:2", "a=spatial:2,a=channel:3",
                           "conv=spatial:2,conv=channel:3", "all=rank:1,x=output:2,all=rank:2"}) {
    EXPECT_THAT(shoal::testing::error_text([&] { small(text); }), HasSubstr("is given twice"))
        << text;
  }
  EXPECT_THAT(shoal::testing::error_text([] { small("a=spatial:2,"); }),
              HasSubstr("is not LAYER=SCHEME:RANKS"));
}

}  // namespace
}  // namespace shoal::plan
