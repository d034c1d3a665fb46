#include "shoal/plan/document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "shoal/graph/lower.hpp"
#include "shoal/graph/zoo.hpp"
#include "shoal/plan/split_text.hpp"

#include "support/error_text.hpp"
#include "support/small_network.hpp"

namespace shoal::plan {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using Json = nlohmann::ordered_json;

const char* const good = R"({
  "format": "shoal-plan", "version": 1, "model": "small", "ranks": 8,
  "input_rank": 0, "output_rank": 7, "in_flight": 3, "weights_dtype": "float16",
  "stages": [
    {"name": "convolutions", "ranks": [0, 1, 2, 3],
     "layers": {
       "a": {"scheme": "spatial", "axes": ["height", "width"], "grid": [2, 2]},
       "b": {"scheme": "filter", "ranks": [0, 2, 3], "shares": [2, 1, 0.5]}}},
    {"name": "dense", "from": "flatten",
     "replicas": [
       {"ranks": [4, 5], "layers": {"x": {"scheme": "output"}}},
       {"ranks": [6, 7], "layers": {}}]}
  ]})";

Plan parsed(const std::string& text) {
  return parse(text, "plan.json", shoal::testing::small_network());
}

std::string refusal(const std::string& text) {
  return shoal::testing::error_text([&] { parsed(text); });
}

/// What parse() says of the good document with one entry replaced, or added.
std::string refusal(const char* entry, const char* value) {
  Json document = Json::parse(good);
  document[Json::json_pointer(entry)] = Json::parse(value);
  return refusal(document.dump());
}

std::string refusal_without(const char* object, const char* key) {
  Json document = Json::parse(good);
  document.at(Json::json_pointer(object)).erase(key);
  return refusal(document.dump());
}

TEST(Document, SaysWhatThePlanIs) {
  const Plan plan = parsed(good);
  EXPECT_EQ(plan.model, "small");
  EXPECT_EQ(plan.ranks, 8);
  EXPECT_EQ(plan.output_rank, Rank{7});
  EXPECT_EQ(plan.in_flight, 3);
  ASSERT_EQ(plan.stages.size(), 2U);
  EXPECT_EQ(plan.stages[1].name, "dense");
  EXPECT_EQ(plan.stages[1].from, "flatten");
  EXPECT_EQ(plan.stages[1].replicas.size(), 2U);
  const auto& layers = plan.stages[0].replicas[0].layers;
  EXPECT_EQ(layers.at("a").scheme->name, "spatial");
  EXPECT_EQ(layers.at("a").ranks.size(), 4U) << "the stage's";
  EXPECT_EQ(layers.at("a").options.shares, (std::vector<double>{1, 1, 1, 1}));
  EXPECT_EQ(layers.at("a").options.grid, (std::vector<Index>{2, 2}));
  EXPECT_EQ(layers.at("b").ranks, (std::vector<Rank>{{0}, {2}, {3}}));
  EXPECT_EQ(layers.at("b").options.shares, (std::vector<double>{2, 1, 0.5}));
  EXPECT_EQ(layers.at("b").options.axes, std::vector<Axis>{Axis::height});
}

TEST(Document, GivesThePlanBack) {
  const std::string text = to_json(parsed(good));
  const Plan again = parsed(text);
  EXPECT_EQ(to_json(again), text);
  EXPECT_EQ(again.in_flight, 3);
  EXPECT_EQ(again.stages[0].replicas[0].layers.at("a").options.grid, (std::vector<Index>{2, 2}));
  EXPECT_EQ(again.stages[0].replicas[0].layers.at("b").options.shares,
            (std::vector<double>{2, 1, 0.5}));
  EXPECT_EQ(again.stages[1].replicas[1].ranks, (std::vector<Rank>{{6}, {7}}));
}

TEST(Document, GivesBackWhatSplitMakes) {
  const graph::Graph xception = graph::lower(graph::make_model("xception").graph);
  for (const char* split :
       {"", "conv=spatial:4", "conv=spatial:2x2,fc=input:3/1/0.1", "all=channel:1/0/2,fc=rank:3",
        "block2_sepconv1=spatial-width:3", "conv=spatial-fused:3/1"}) {
    const std::string text = to_json(parse_split(split, 4, xception));
    EXPECT_EQ(to_json(parse(text, "x", xception)), text) << split;
  }
}

TEST(Document, SaysWhatIsFused) {
  Json document = Json::parse(good);
  Json& layers = document["stages"][0]["layers"];
  layers["a"] = {{"scheme", "spatial"}, {"fused", true}};
  layers["b"] = {{"scheme", "spatial"}, {"fused", false}};
  const Plan plan = parsed(document.dump());
  EXPECT_TRUE(plan.stages[0].replicas[0].layers.at("a").options.fused);
  EXPECT_FALSE(plan.stages[0].replicas[0].layers.at("b").options.fused);
  const Json written = Json::parse(to_json(plan))["stages"][0]["layers"];
  EXPECT_EQ(written["a"]["fused"], true);
  EXPECT_FALSE(written["b"].contains("fused")) << "only where it is so";
  EXPECT_EQ(to_json(parsed(to_json(plan))), to_json(plan));
}

TEST(Document, SaysInHowManyChunks) {
  const graph::Graph graph = shoal::testing::small_network();
  const std::string text = to_json(parse_split("a=spatial:2@8,b=spatial:2", 2, graph));
  const Plan plan = parse(text, "plan.json", graph);
  EXPECT_EQ(plan.stages[0].replicas[0].layers.at("a").chunks, 8U);
  EXPECT_EQ(plan.stages[0].replicas[0].layers.at("b").chunks, 1U);
  EXPECT_EQ(to_json(plan), text);
}

TEST(Document, SaysInWhichOrder) {
  const graph::Graph graph = shoal::testing::small_network();
  const std::string text = to_json(
      parse_split("a=spatial:2@boundary-first,b=spatial:2@3-descending,x=output:2@2", 2, graph));
  const Plan plan = parse(text, "plan.json", graph);
  const auto& layers = plan.stages[0].replicas[0].layers;
  EXPECT_EQ(layers.at("a").order, Order::boundary_first);
  EXPECT_EQ(layers.at("b").order, Order::descending);
  EXPECT_EQ(layers.at("b").chunks, 3U);
  EXPECT_EQ(layers.at("x").order, Order::ascending);
  EXPECT_EQ(to_json(plan), text);
  EXPECT_FALSE(Json::parse(text)["stages"][0]["layers"]["x"].contains("order"))
      << "only where it is so";
}

TEST(Document, SaysAsWhatDenseWeightsAreHeld) {
  Json document = Json::parse(good);
  EXPECT_EQ(parsed(good).weights_type, graph::WeightsType::float16);
  EXPECT_EQ(Json::parse(to_json(parsed(good)))["weights_dtype"], "float16");
  document.erase("weights_dtype");
  EXPECT_EQ(parsed(document.dump()).weights_type, graph::WeightsType::float32);
  document["weights_dtype"] = "float32";
  EXPECT_FALSE(Json::parse(to_json(parsed(document.dump()))).contains("weights_dtype"));
}

TEST(Document, SaysHowOutputsTravel) {
  Json document = Json::parse(good);
  document["stages"][0]["layers"]["a"]["wire"] = "float16";
  document["stages"][0]["layers"]["input"] = {{"wire", "int8"}};
  document["stages"][1]["replicas"][1]["layers"]["x"] = {{"wire", "float32"}};
  const Plan plan = parsed(document.dump());
  const Replica& first = plan.stages[0].replicas[0];
  EXPECT_EQ(first.wire("a"), split::WireType::float16);
  EXPECT_EQ(first.wire("b"), split::WireType::float32) << "without a word";
  EXPECT_EQ(first.wire("input"), split::WireType::int8) << "the frame's";
  EXPECT_EQ(first.layers.size(), 2U) << "an entry of a wire alone is no placement";
  EXPECT_TRUE(plan.stages[1].replicas[1].layers.empty());
  EXPECT_EQ(to_json(parsed(to_json(plan))), to_json(plan));
  const Json written = Json::parse(to_json(plan))["stages"][0]["layers"];
  EXPECT_EQ(written["a"]["wire"], "float16");
  EXPECT_EQ(written["a"]["scheme"], "spatial");
  EXPECT_EQ(written["input"], Json({{"wire", "int8"}}));
  EXPECT_FALSE(written["b"].contains("wire"));
}

TEST(Document, SaysByWhatRanksComputeAConvolution) {
  using graph::ConvolutionAlgorithm;
  Json document = Json::parse(good);
  Json& layers = document["stages"][0]["layers"];
  layers["a"]["algorithms"] = {{"winograd4", {0, 3}}, {"direct", {1}}};
  layers["b"] = {{"algorithms", {{"winograd2", {2}}}}, {"wire", "int8"}};
  const Plan plan = parsed(document.dump());
  const Replica& first = plan.stages[0].replicas[0];
  EXPECT_EQ(first.algorithm("a", {0}), ConvolutionAlgorithm::winograd4);
  EXPECT_EQ(first.algorithm("a", {1}), ConvolutionAlgorithm::direct);
  EXPECT_EQ(first.algorithm("a", {2}), std::nullopt) << "without a word";
  EXPECT_EQ(first.algorithm("a", {3}), ConvolutionAlgorithm::winograd4);
  EXPECT_EQ(first.algorithm("b", {2}), ConvolutionAlgorithm::winograd2);
  EXPECT_EQ(first.layers.size(), 1U) << "an entry of these alone is no placement";
  EXPECT_EQ(first.wire("b"), split::WireType::int8);
  const Json written = Json::parse(to_json(plan))["stages"][0]["layers"];
  EXPECT_EQ(written["a"]["algorithms"], layers["a"]["algorithms"]);
  EXPECT_EQ(written["b"], Json({{"wire", "int8"}, {"algorithms", {{"winograd2", {2}}}}}));
  EXPECT_EQ(to_json(parsed(to_json(plan))), to_json(plan));
  EXPECT_TRUE(parsed(good).stages[0].replicas[0].algorithms.empty());
}

TEST(Document, RefusesAnAlgorithmThatThereIsNot) {
  EXPECT_EQ(refusal("/stages/0/layers/a/algorithms", R"({"winograd8": [0]})"),
            "plan.json: /stages/0/layers/a/algorithms/winograd8: there is direct, winograd2, "
            "winograd4 and winograd6");
  EXPECT_EQ(refusal("/stages/0/layers/a/algorithms", R"({"winograd2": [0, 1], "direct": [1]})"),
            "plan.json: /stages/0/layers/a/algorithms/direct/0: the rank has an algorithm already");
  EXPECT_EQ(refusal("/stages/1/replicas/0/layers/x/algorithms", R"({"direct": [4]})"),
            "plan.json: /stages/1/replicas/0/layers/x/algorithms: is for convolutions only");
}

TEST(Document, RefusesAWireThatThereIsNot) {
  EXPECT_THAT(refusal("/stages/0/layers/a/wire", "\"float64\""),
              HasSubstr("/stages/0/layers/a/wire: must be float32, float16 or int8"));
  EXPECT_THAT(refusal("/stages/0/layers/a/wire", "16"), HasSubstr("/stages/0/layers/a/wire: "));
  EXPECT_THAT(refusal("/stages/0/layers/x", R"({"wire": "int8"})"),
              HasSubstr("/stages/0/layers/x: the layer is not in this stage"));
  EXPECT_THAT(refusal("/stages/0/layers/c", R"({"wire": "int8"})"),
              HasSubstr("/stages/0/layers/c: small has no layer c"));
  EXPECT_THAT(refusal("/stages/1/replicas/0/layers/input", R"({"wire": "int8"})"),
              HasSubstr("/stages/1/replicas/0/layers/input: the layer is not in this stage"));
  EXPECT_THAT(refusal("/stages/0/layers/a", R"({"wire": "int8", "chunks": 2})"),
              HasSubstr("/stages/0/layers/a: "))
      << "a placement without a scheme";
}

TEST(Document, NeedsNoMoreThanRanksAndStages) {
  const Plan plan = parsed(R"({"format": "shoal-plan", "version": 1, "model": "small", "ranks": 2,
                               "stages": [{"ranks": [1]}]})");
  EXPECT_EQ(plan.input_rank, Rank{0});
  EXPECT_EQ(plan.output_rank, Rank{0});
  EXPECT_EQ(plan.in_flight, 0);
  EXPECT_TRUE(plan.stages[0].replicas[0].layers.empty());
}

TEST(Document, TakesWholeNumbersHoweverTheyAreWritten) {
  Json document = Json::parse(good);
  document["version"] = 1.0;
  document["ranks"] = 8e0;
  EXPECT_EQ(parsed(document.dump()).ranks, 8);
}

TEST(Document, TellsItsModel) {
  EXPECT_EQ(model_of(good, "plan.json"), "small");
  const auto told = [](const char* text) {
    return shoal::testing::error_text([&] { model_of(text, "plan.json"); });
  };
  EXPECT_THAT(told("{}"), StartsWith("plan.json: /: not a plan"));
  EXPECT_THAT(told(R"({"format": "shoal-plan", "version": 1})"),
              StartsWith("plan.json: /: 'model' is missing"));
}

TEST(Document, RefusesWhatIsNoPlan) {
  for (const char* text : {"", "{", "shoal", R"({"format": "shoal-plan",})", "{} {}", "\"\xff\""}) {
    EXPECT_THAT(refusal(text), StartsWith("plan.json: not JSON")) << text;
  }
  for (const char* text : {"[]", "{}", "null", "7", R"({"format": "shoal"})"}) {
    EXPECT_THAT(refusal(text), StartsWith("plan.json: /: not a plan")) << text;
  }
  EXPECT_THAT(refusal(R"({"format": 1})"), StartsWith("plan.json: /format: must be a string"));
  EXPECT_THAT(refusal(R"({"format": "shoal-plan", "ranks": 1e999})"),
              StartsWith("plan.json: has a number that is too large"));
}

TEST(Document, RefusesOtherVersions) {
  EXPECT_THAT(refusal("/version", "2"), StartsWith("plan.json: /version: is version 2, "));
  EXPECT_THAT(refusal("/version", "0"), StartsWith("plan.json: /version: "));
  EXPECT_THAT(refusal("/version", "\"1\""), StartsWith("plan.json: /version: must be a whole"));
  EXPECT_THAT(refusal_without("", "version"), StartsWith("plan.json: /: 'version' is missing"));
}

TEST(Document, RefusesAnotherModel) {
  EXPECT_THAT(refusal("/model", "\"vgg16\""),
              StartsWith("plan.json: /model: the plan is for vgg16, not for small"));
}

TEST(Document, NamesWhatIsMissing) {
  EXPECT_THAT(refusal_without("", "model"), StartsWith("plan.json: /: 'model' is missing"));
  EXPECT_THAT(refusal_without("", "ranks"), StartsWith("plan.json: /: 'ranks' is missing"));
  EXPECT_THAT(refusal_without("", "stages"), StartsWith("plan.json: /: 'stages' is missing"));
  EXPECT_THAT(refusal_without("/stages/0", "ranks"),
              StartsWith("plan.json: /stages/0: 'ranks' is missing"));
  EXPECT_THAT(refusal_without("/stages/1/replicas/1", "ranks"),
              StartsWith("plan.json: /stages/1/replicas/1: 'ranks' is missing"));
  EXPECT_THAT(refusal_without("/stages/0/layers/a", "scheme"),
              StartsWith("plan.json: /stages/0/layers/a: 'scheme' is missing"));
}

/// Each replaces or adds one entry, whose path the refusal begins with.
TEST(Document, NamesTheOffendingEntry) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"/model", "7"},
      {"/ranks", "\"8\""},
      {"/ranks", "-1"},
      {"/ranks", "8.5"},
      {"/ranks", "true"},
      {"/ranks", "18446744073709551615"},
      {"/ranks", "0"},
      {"/input_rank", "8"},
      {"/input_rank", "null"},
      {"/output_rank", "[7]"},
      {"/in_flight", "-1"},
      {"/weights_dtype", "\"float64\""},
      {"/weights_dtype", "16"},
      {"/note", "\"\""},
      {"/stages", "{}"},
      {"/stages", "[]"},
      {"/stages/0", "[]"},
      {"/stages/0/name", "1"},
      {"/stages/0/from", "1"},
      {"/stages/0/from", "\"b\""},
      {"/stages/1/from", "\"c\""},
      {"/stages/1/ranks", "[4]"},
      {"/stages/0/rank", "[0]"},
      {"/stages/0/ranks", "0"},
      {"/stages/0/ranks", "[]"},
      {"/stages/0/ranks", "[0, 8]"},
      {"/stages/0/ranks", "[0, 1, 1]"},
      {"/stages/0/ranks", "[3, 0]"},
      {"/stages/0/ranks/1", "\"1\""},
      {"/stages/0/ranks/1", "1.5"},
      {"/stages/0/layers", "[]"},
      {"/stages/0/layers/a", "\"spatial\""},
      {"/stages/0/layers/c", R"({"scheme": "channel"})"},
      {"/stages/0/layers/x", R"({"scheme": "output"})"},
      {"/stages/0/layers/c~1d~0", R"({"scheme": "channel"})"},
      {"/stages/0/layers/a/scheme", "\"rows\""},
      {"/stages/0/layers/a/scheme", "null"},
      {"/stages/0/layers/a/share", "[1]"},
      {"/stages/0/layers/a/axes", "\"height\""},
      {"/stages/0/layers/a/axes", "[]"},
      {"/stages/0/layers/a/axes", R"(["height", "height"])"},
      {"/stages/0/layers/a/axes/1", "\"channel\""},
      {"/stages/0/layers/a/grid", "4"},
      {"/stages/0/layers/a/grid", "[2, 3]"},
      {"/stages/0/layers/a/grid", "[4, 0]"},
      {"/stages/0/layers/a/grid", "[4]"},
      {"/stages/0/layers/a/grid/0", "2.5"},
      {"/stages/0/layers/a/shares", "[1, 1, 1, 2]"},
      {"/stages/0/layers/b/scheme", "\"output\""},
      {"/stages/0/layers/b/ranks", "[0, 4, 5]"},
      {"/stages/0/layers/b/ranks", "[0, 0, 1]"},
      {"/stages/0/layers/b/shares", "[1, 1]"},
      {"/stages/0/layers/b/shares", "[0, 0, 0]"},
      {"/stages/0/layers/b/shares", "[1, 1, -1]"},
      {"/stages/0/layers/b/shares/0", "\"1\""},
      {"/stages/0/layers/b/axes", "[\"height\"]"},
      {"/stages/0/layers/b/grid", "[3]"},
      {"/stages/0/layers/b/fused", "true"},
      {"/stages/0/layers/b/fused", "false"},
      {"/stages/0/layers/a/chunks", "0"},
      {"/stages/0/layers/a/chunks", "1025"},
      {"/stages/0/layers/a/chunks", "\"8\""},
      {"/stages/0/layers/a/chunks", "2.5"},
      {"/stages/0/layers/a/algorithms", "\"direct\""},
      {"/stages/0/layers/a/algorithms", "[0]"},
      {"/stages/0/layers/a/algorithms/direct", "0"},
      {"/stages/0/layers/a/algorithms/direct", "[4]"},
      {"/stages/0/layers/a/algorithms/direct/0", "\"0\""},
      {"/stages/0/layers/c", R"({"algorithms": {"direct": [0]}})"},
      {"/stages/0/layers/a/order", "\"descending\""},
      {"/stages/0/layers/a/order", "\"outside-in\""},
      {"/stages/0/layers/a/order", "1"},
      {"/stages/0/layers/b/order", "\"boundary-first\""},
      {"/stages/0/layers/a/fused", "1"},
      {"/stages/0/layers/a/fused", "\"true\""},
      {"/stages/0/layers/a/fused", "true"},
      {"/stages/1/replicas", "{}"},
      {"/stages/1/replicas", "[]"},
      {"/stages/1/replicas/0", "4"},
      {"/stages/1/replicas/0/name", "\"\""},
      {"/stages/1/replicas/1/ranks", "[5, 6]"},
      {"/stages/1/replicas/1/layers/a", R"({"scheme": "spatial"})"},
      {"/stages/1/replicas/0/layers/x/scheme", "\"channel\""},
  };
  for (const auto& [entry, value] : cases) {
    EXPECT_THAT(refusal(entry, value), StartsWith("plan.json: " + std::string(entry) + ": "))
        << value;
  }
}

/// JSON's readers keep one of them and say nothing.
TEST(Document, RefusesAKeyGivenTwice) {
  const auto told = [](const std::string& stages) {
    return refusal(R"({"format": "shoal-plan", "version": 1, "model": "small", "ranks": 1,
                       "stages": )" +
                   stages + "}");
  };
  EXPECT_THAT(told(R"([{"ranks": [0]}], "ranks": 1)"),
              StartsWith("plan.json: /ranks: is given twice"));
  EXPECT_THAT(told(R"([{"ranks": [0]}, {"ranks": [0], "layers": {"x": {"scheme": "output"},
                                                                "x": {"scheme": "input"}}}])"),
              StartsWith("plan.json: /stages/1/layers/x: is given twice"));
}

TEST(Document, IsRefusedInOneLineWhateverItsNames) {
  EXPECT_THAT(refusal("/stages/0/layers/a/scheme", R"("row\ns")"), HasSubstr("row s"));
  EXPECT_THAT(refusal("/a\nb", "1"), HasSubstr("unknown key"));
}

}  // namespace
}  // namespace shoal::plan
