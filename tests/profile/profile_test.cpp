#include "shoal/profile/profile.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/error_text.hpp"

namespace shoal::profile {
namespace {

using split::Layout;
using ::testing::HasSubstr;

/// A third of a layer by its outputs, half of one…: 1 GFLOP in all, 1 second by the law.
Work part(double fraction, Cut cut = Cut::outputs) {
  Work work;
  work.model = "net";
  work.layer = "conv";
  work.kind = Kind::convolution;
  work.cut = cut;
  work.fraction = fraction;
  work.flops = fraction * 1e9;
  return work;
}

Device device_with(std::vector<Measurement> measurements) {
  Device device;
  device.name = "pi";
  device.memory = 1000;
  device.laws[Kind::convolution] = {0, 1e-9, 0, 0};
  device.measurements = std::move(measurements);
  return device;
}

TEST(Device, FollowsTheLawWhereNothingWasMeasured) {
  const Device device = device_with({});
  EXPECT_DOUBLE_EQ(device.time(part(1)), 1);
  EXPECT_DOUBLE_EQ(device.time(part(0.25)), 0.25);
}

TEST(Device, TakesWhatWasMeasured) {
  const Device device = device_with({{part(1), 2}, {part(0.25), 0.75}});
  EXPECT_DOUBLE_EQ(device.time(part(1)), 2);
  EXPECT_DOUBLE_EQ(device.time(part(0.25)), 0.75);
}

TEST(Device, InterpolatesBetweenFractionsAndKeepsTheLastBeyond) {
  const Device device = device_with({{part(1), 2}, {part(0.25), 0.75}});
  EXPECT_DOUBLE_EQ(device.time(part(0.625)), 0.625 * 2.5) << "half way between 2 and 3 times";
  EXPECT_DOUBLE_EQ(device.time(part(0.125)), 0.125 * 3);
}

TEST(Device, CorrectsAChunkForItsChannelsAndItsPixels) {
  const Device device =
      device_with({{part(1), 2}, {part(0.5), 1.5}, {part(0.25), 5}, {part(0.5, Cut::space), 1.25}});
  Work chunk = part(0.25);
  chunk.pixels = 0.5;
  EXPECT_DOUBLE_EQ(device.time(chunk), 0.25 * (1.5 / 0.5) * (1.25 / 0.5) / 2)
      << "as half the channels, and as half the pixels beside all";
}

TEST(Device, KeepsCutsApartButForTheWhole) {
  const Device device = device_with({{part(1, Cut::space), 2}, {part(0.5, Cut::inputs), 4}});
  EXPECT_DOUBLE_EQ(device.time(part(0.5, Cut::inputs)), 4);
  EXPECT_DOUBLE_EQ(device.time(part(0.5, Cut::outputs)), 1) << "twice the law, as the whole";
  EXPECT_DOUBLE_EQ(device.time(part(1, Cut::outputs)), 2);
}

TEST(Device, KeepsLayersApart) {
  const Device device = device_with({{part(1), 2}});
  Work other = part(1);
  other.layer = "conv2";
  EXPECT_DOUBLE_EQ(device.time(other), 1);
  other = part(1);
  other.model = "net2";
  EXPECT_DOUBLE_EQ(device.time(other), 1);
}

TEST(Device, PredictsOtherGeometryOfALayerByTheLaw) {
  const Device device = device_with({{part(1), 2}});
  Work larger = part(1);
  larger.flops = 3e9;
  EXPECT_DOUBLE_EQ(device.time(larger), 6);
}

TEST(Device, KnowsTheAlgorithmOfTheNearestFractionOfTheCut) {
  using graph::ConvolutionAlgorithm;
  const Device device = device_with({{part(1), 2, ConvolutionAlgorithm::winograd6},
                                     {part(0.5), 1, ConvolutionAlgorithm::winograd4},
                                     {part(0.25), 1, ConvolutionAlgorithm::winograd2},
                                     {part(0.5, Cut::inputs), 1, ConvolutionAlgorithm::direct}});
  EXPECT_EQ(device.algorithm(part(1)), ConvolutionAlgorithm::winograd6);
  EXPECT_EQ(device.algorithm(part(0.8)), ConvolutionAlgorithm::winograd6);
  EXPECT_EQ(device.algorithm(part(0.7)), ConvolutionAlgorithm::winograd4);
  EXPECT_EQ(device.algorithm(part(0.4)), ConvolutionAlgorithm::winograd4);
  EXPECT_EQ(device.algorithm(part(0.1)), ConvolutionAlgorithm::winograd2);
  EXPECT_EQ(device.algorithm(part(0.4, Cut::inputs)), ConvolutionAlgorithm::direct);
  EXPECT_EQ(device.algorithm(part(0.5, Cut::space)), ConvolutionAlgorithm::winograd6)
      << "the whole is on every cut's line";
  Work other = part(1);
  other.layer = "conv2";
  EXPECT_EQ(device.algorithm(other), std::nullopt);
  EXPECT_EQ(device_with({{part(1), 2}}).algorithm(part(1)), std::nullopt) << "not by several";
}

TEST(Device, NeedsALawForAKind) {
  Work work = part(1);
  work.kind = Kind::dense;
  const std::string text = shoal::testing::error_text([&] { return device_with({}).time(work); });
  EXPECT_THAT(text, HasSubstr("pi has no law for conv (dense)"));
  work.flops = 0;
  EXPECT_EQ(device_with({}).time(work), 0) << "nothing to do needs no law";
}

TEST(Device, PagesWhatDoesNotFit) {
  Device device = device_with({});
  EXPECT_EQ(device.paging(1000), 0);
  EXPECT_TRUE(std::isinf(device.paging(1001)));
  device.paging_rate = 50;
  EXPECT_EQ(device.paging(1000), 0);
  EXPECT_EQ(device.paging(1200), 4);
}

const Shape features = Shape::features(1000);

std::vector<Rank> ranks(int count) {
  std::vector<Rank> result;
  for (int i = 0; i < count; ++i) result.push_back({i});
  return result;
}

Layout shards(int count) {
  const std::vector<double> shares(static_cast<std::size_t>(count), 1.0);
  return split::outermost_shards(ranks(count), features, shares);
}

/// 1000 bytes in a second, a tenth of a second for a message.
Network network() {
  Network network;
  network.link = {0.1, 1000};
  return network;
}

TEST(Network, TakesALatencyAndTheBytesOfAMessage) {
  const auto message =
      redistribute(features, Layout::rooted({0}, features), Layout::rooted({1}, features));
  EXPECT_DOUBLE_EQ(network().time(message), 0.1 + 4);
}

TEST(Network, WaitsForTheBusiestLine) {
  const auto scatter = redistribute(features, Layout::rooted({0}, features), shards(4));
  EXPECT_DOUBLE_EQ(network().time(scatter), 0.1 + 3) << "three of four shards leave rank 0";
}

TEST(Network, CountsTheRoundsOfCollectives) {
  const auto allgather = redistribute(features, shards(4), Layout::replicated(ranks(4), features));
  EXPECT_DOUBLE_EQ(network().time(allgather), 3 * 0.1 + 3);
  const auto allreduce = redistribute(features, Layout::summands(ranks(4), features),
                                      Layout::replicated(ranks(4), features));
  EXPECT_DOUBLE_EQ(network().time(allreduce), 6 * 0.1 + 6);
}

TEST(Network, SlowsTheLineButNotTheLatency) {
  Network slow = network();
  slow.slowdown[split::Pattern::scatter] = 2;
  const auto scatter = redistribute(features, Layout::rooted({0}, features), shards(4));
  EXPECT_DOUBLE_EQ(slow.time(scatter), 0.1 + 6);
  const auto gather = redistribute(features, shards(4), Layout::rooted({0}, features));
  EXPECT_DOUBLE_EQ(slow.time(gather), 0.1 + 3);
}

TEST(Network, GoesByItsSlowestPair) {
  Network uneven = network();
  uneven.pairs[{{0}, {3}}] = {0.5, 500};
  const auto scatter = redistribute(features, Layout::rooted({0}, features), shards(4));
  EXPECT_DOUBLE_EQ(uneven.time(scatter), 0.5 + 6);
  const auto to_the_first =
      redistribute(features, Layout::rooted({0}, features), Layout::rooted({1}, features));
  EXPECT_DOUBLE_EQ(uneven.time(to_the_first), 0.1 + 4) << "a pair that takes no part";
}

TEST(Network, TakesNoTimeForNothing) {
  const auto stay =
      redistribute(features, Layout::rooted({0}, features), Layout::rooted({0}, features));
  EXPECT_EQ(network().time(stay), 0);
}

TEST(Network, ThatIsNotKnownTakesForEver) {
  const auto message =
      redistribute(features, Layout::rooted({0}, features), Layout::rooted({1}, features));
  EXPECT_TRUE(std::isinf(Network{}.time(message)));
}

TEST(Profile, OfOneDeviceIsOfAsManyAsAreWanted) {
  Profile profile;
  profile.name = "p";
  profile.devices = {device_with({})};
  EXPECT_EQ(profile.of_size(5).devices.size(), 5U);
  EXPECT_EQ(profile.of_size(5)[{4}].name, "pi");
}

TEST(Profile, OfSeveralDevicesHasNoMore) {
  Profile profile;
  profile.name = "p";
  profile.devices = {device_with({}), device_with({}), device_with({})};
  profile.devices[2].name = "other";
  EXPECT_EQ(profile.of_size(2).devices.size(), 2U);
  EXPECT_EQ(profile.of_size(3)[{2}].name, "other");
  EXPECT_EQ(shoal::testing::error_text([&] { return profile.of_size(4); }),
            "profile p has 3 devices, not 4");
}

}  // namespace
}  // namespace shoal::profile
