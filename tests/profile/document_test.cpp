#include "shoal/profile/document.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/error_text.hpp"

namespace shoal::profile {
namespace {

using ::testing::StartsWith;
using Json = nlohmann::ordered_json;

const char* const good = R"({
  "format": "shoal-profile", "version": 1, "name": "two", "source": "a watch",
  "devices": [
    {"name": "a", "memory": 9007199254740992, "cores": 4, "paging_rate": 1.5e7,
     "laws": {"dense": {"fixed": 0.1, "per_flop": 2.5e-10, "per_byte": 0, "error": 0.03},
              "convolution": {"per_flop": 1e-10}},
     "measurements": [
       {"model": "m", "layer": "fc1", "kind": "dense", "flops": 1, "bytes": 0, "seconds": 0.3},
       {"model": "m", "layer": "fc1", "kind": "dense", "cut": "inputs", "fraction": 0.5,
        "flops": 3e9, "bytes": 12, "seconds": 0.1},
       {"model": "m", "layer": "fc1", "kind": "dense", "cut": "outputs", "fraction": 0.5,
        "flops": 3e9, "bytes": 12, "seconds": 0.2}]},
    {"name": "b", "memory": 1}
  ],
  "network": {
    "latency": 0.001, "bytes_per_second": 1e7,
    "pairs": [{"from": 1, "to": 0, "bytes_per_second": 5e6},
              {"from": 0, "to": 1, "latency": 0.002, "bytes_per_second": 6e6}],
    "slowdown": {"halo": 1.5, "reduce-scatter": 0.9}
  }})";

Profile parsed(const std::string& text) {
  return parse(text, "p.json");
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

std::string text_of(const std::string& file) {
  std::ifstream stream(std::string(SHOAL_SOURCE) + "/" + file);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

TEST(Document, SaysWhatThereIs) {
  const Profile profile = parsed(good);
  EXPECT_EQ(profile.name, "two");
  EXPECT_EQ(profile.source, "a watch");
  ASSERT_EQ(profile.devices.size(), 2U);
  const Device& device = profile.devices.front();
  EXPECT_EQ(device.memory, Bytes{1} << 53);
  EXPECT_EQ(device.cores, 4);
  EXPECT_EQ(device.paging_rate, 1.5e7);
  EXPECT_EQ(device.laws.at(Kind::dense), (Law{0.1, 2.5e-10, 0, 0.03}));
  ASSERT_EQ(device.measurements.size(), 3U);
  EXPECT_EQ(device.measurements[1],
            (Measurement{{"m", "fc1", Kind::dense, Cut::inputs, 0.5, 3e9, 12}, 0.1}));
  const Network& network = profile.network;
  EXPECT_EQ(network.link, (Link{0.001, 1e7}));
  EXPECT_EQ(network.between({0}, {1}), (Link{0.002, 6e6}));
  EXPECT_EQ(network.between({1}, {0}), (Link{0, 5e6}));
  EXPECT_EQ(network.slowdown.at(split::Pattern::halo), 1.5);
  EXPECT_EQ(network.slowdown.at(split::Pattern::reduce_scatter), 0.9);
}

TEST(Document, HasDefaultsForWhatIsLeftOut) {
  const Profile profile = parsed(good);
  EXPECT_EQ(profile.devices[0].laws.at(Kind::convolution), (Law{0, 1e-10, 0, 0}));
  EXPECT_EQ(profile.devices[0].measurements[0].work.fraction, 1);
  EXPECT_EQ(profile.devices[1], (Device{"b", 1, 1, 0, {}, {}}));
  const Profile least = parsed(
      R"({"format": "shoal-profile", "version": 1, "name": "", "devices": [{"name": "", "memory": 1}]})");
  EXPECT_EQ(least.network, Network{});
  EXPECT_EQ(least.source, "");
}

TEST(Document, GivesTheProfileBackExactly) {
  Profile profile = parsed(good);
  EXPECT_EQ(parsed(to_json(profile)), profile);
  profile.devices[0].laws[Kind::dense].per_flop = 1.0 / 3 * 1e-10;
  profile.devices[0].measurements[2].seconds = 0.1 + 0.2;
  profile.network = {};
  EXPECT_EQ(parsed(to_json(profile)), profile);
}

TEST(Document, SaysByWhatAConvolutionWasComputed) {
  Json document = Json::parse(good);
  Json& conv = document["devices"][0]["measurements"].emplace_back();
  conv = {{"model", "m"}, {"layer", "c"}, {"kind", "convolution"},   {"flops", 1e9},
          {"bytes", 1},   {"seconds", 1}, {"algorithm", "winograd4"}};
  const Profile profile = parsed(document.dump());
  EXPECT_EQ(profile.devices[0].measurements.back().algorithm,
            graph::ConvolutionAlgorithm::winograd4);
  EXPECT_EQ(profile.devices[0].measurements.front().algorithm, std::nullopt);
  EXPECT_EQ(parsed(to_json(profile)), profile);
  conv["algorithm"] = "winograd3";
  EXPECT_EQ(refusal(document.dump()),
            "p.json: /devices/0/measurements/3/algorithm: unknown algorithm 'winograd3'");
}

TEST(Document, HasALineForEachMeasurement) {
  const std::string text = to_json(parsed(good));
  EXPECT_THAT(text, ::testing::HasSubstr(
                        "\n        {\"model\":\"m\",\"layer\":\"fc1\",\"kind\":\"dense\",\"cut\":"
                        "\"inputs\",\"fraction\":0.5,\"flops\":3000000000.0,\"bytes\":12.0,"
                        "\"seconds\":0.1},\n"));
}

TEST(Document, RefusesWhatIsNoProfile) {
  EXPECT_THAT(refusal(""), StartsWith("p.json: not JSON"));
  EXPECT_THAT(refusal("{}"), StartsWith("p.json: /: not a profile"));
  EXPECT_THAT(refusal("/version", "2"), StartsWith("p.json: /version: is version 2"));
}

TEST(Document, NamesWhatIsMissing) {
  for (const char* key : {"name", "devices"}) {
    EXPECT_THAT(refusal_without("", key), StartsWith("p.json: /: '")) << key;
  }
  for (const char* key : {"name", "memory"}) {
    EXPECT_THAT(refusal_without("/devices/1", key), StartsWith("p.json: /devices/1: '")) << key;
  }
  for (const char* key : {"model", "layer", "kind", "flops", "bytes", "seconds"}) {
    EXPECT_THAT(refusal_without("/devices/0/measurements/2", key),
                StartsWith("p.json: /devices/0/measurements/2: '"))
        << key;
  }
  for (const char* key : {"from", "to", "bytes_per_second"}) {
    EXPECT_THAT(refusal_without("/network/pairs/1", key), StartsWith("p.json: /network/pairs/1: '"))
        << key;
  }
  EXPECT_THAT(refusal_without("/network", "bytes_per_second"), StartsWith("p.json: /network: '"));
}

/// Each replaces or adds one entry, whose path the refusal begins with.
TEST(Document, NamesTheOffendingEntry) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"/name", "7"},
      {"/source", "[]"},
      {"/extra", "1"},
      {"/devices", "{}"},
      {"/devices", "[]"},
      {"/devices/1", "7"},
      {"/devices/1/name", "null"},
      {"/devices/1/speed", "1"},
      {"/devices/1/memory", "0"},
      {"/devices/1/memory", "-1"},
      {"/devices/1/memory", "1.5"},
      {"/devices/1/memory", "1e16"},
      {"/devices/1/memory", "\"1 GB\""},
      {"/devices/1/cores", "0"},
      {"/devices/1/cores", "2.5"},
      {"/devices/1/paging_rate", "-1"},
      {"/devices/1/laws", "[]"},
      {"/devices/1/laws/conv", R"({"fixed": 1})"},
      {"/devices/0/laws/dense/fixed", "-1e-9"},
      {"/devices/0/laws/dense/per_flop", "-1"},
      {"/devices/0/laws/dense/per_byte", "-1"},
      {"/devices/0/laws/dense/error", "-1"},
      {"/devices/0/laws/dense/extra", "1"},
      {"/devices/0/laws/dense", R"({"error": 1, "fixed": 0})"},
      {"/devices/0/measurements", "{}"},
      {"/devices/0/measurements/1/model", "1"},
      {"/devices/0/measurements/1/layer", "1"},
      {"/devices/0/measurements/1/kind", "\"fc\""},
      {"/devices/0/measurements/1/kind", "\"pool\""},
      {"/devices/0/measurements/1/cut", "\"width\""},
      {"/devices/0/measurements/1/fraction", "0"},
      {"/devices/0/measurements/1/fraction", "1.01"},
      {"/devices/0/measurements/1/flops", "0"},
      {"/devices/0/measurements/1/bytes", "-1"},
      {"/devices/0/measurements/1/seconds", "0"},
      {"/devices/0/measurements/1/seconds", "-0.1"},
      {"/devices/0/measurements/1/algorithm", "4"},
      {"/devices/0/measurements/1/extra", "0"},
      {"/network", "[]"},
      {"/network/latency", "-1"},
      {"/network/bytes_per_second", "0"},
      {"/network/extra", "0"},
      {"/network/pairs", "{}"},
      {"/network/pairs/0/from", "2"},
      {"/network/pairs/0/from", "-1"},
      {"/network/pairs/0/to", "2"},
      {"/network/pairs/0/to", "1"},
      {"/network/pairs/0/latency", "-1"},
      {"/network/pairs/0/bytes_per_second", "-1"},
      {"/network/pairs/0/extra", "-1"},
      {"/network/slowdown/hallo", "1"},
      {"/network/slowdown/halo", "0"},
      {"/network/slowdown", "2"},
  };
  for (const auto& [entry, value] : cases) {
    EXPECT_THAT(refusal(entry, value), StartsWith(std::string("p.json: ") + entry + ": ")) << value;
  }
}

TEST(Document, RefusesWhatIsGivenTwice) {
  EXPECT_THAT(refusal("/devices/0/measurements/2/cut", "\"inputs\""),
              StartsWith("p.json: /devices/0/measurements/2: fc1 is measured twice"));
  Json document = Json::parse(good);
  document["devices"][0]["measurements"][1]["fraction"] = 1;
  EXPECT_THAT(refusal(document.dump()), StartsWith("p.json: /devices/0/measurements/1: "))
      << "a whole layer has no cut";
  document = Json::parse(good);
  document["network"]["pairs"][1] = document["network"]["pairs"][0];
  EXPECT_THAT(refusal(document.dump()), StartsWith("p.json: /network/pairs/1: "));
}

/// The example of the documentation is a profile.
TEST(Document, ReadsTheExample) {
  const std::string page = text_of("docs/profiles.md");
  const std::string fence = "```json\n";
  const std::size_t begin = page.find(fence) + fence.size();
  const Profile example = parse(page.substr(begin, page.find("```", begin) - begin), "profiles.md");
  EXPECT_EQ(example.name, "boards");
  EXPECT_EQ(example.devices.at(0).laws.size(), kind_count);
  EXPECT_GT(example.network.link.bytes_per_second, 0);
}

}  // namespace
}  // namespace shoal::profile
