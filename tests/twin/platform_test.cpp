#include "shoal/twin/platform.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/base/error.hpp"

namespace shoal::twin {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

profile::Profile devices(const std::vector<std::string>& names) {
  profile::Profile profile;
  profile.name = "shelf";
  for (const std::string& name : names) profile.devices.emplace_back().name = name;
  profile.network.link = {0.0002, 11'000'000};
  return profile;
}

TEST(HostNames, AreTheDevices) {
  EXPECT_EQ(host_names(devices({"pi1", "pi2.local"})),
            (std::vector<std::string>{"pi1", "pi2.local"}));
}

TEST(HostNames, TellAlikeDevicesApart) {
  EXPECT_EQ(host_names(devices({"pi", "nano", "pi"})),
            (std::vector<std::string>{"pi-0", "nano", "pi-2"}));
}

/// Nothing of a name can end the XML's attribute.
TEST(HostNames, HaveOnlyWhatAHostCanBeCalled) {
  EXPECT_EQ(host_names(devices({"Raspberry Pi 3", "a\"b<&>", ""})),
            (std::vector<std::string>{"Raspberry-Pi-3", "a-b---", "device"}));
}

TEST(Platform, GivesEachHostALineAndEachPairAConnection) {
  const std::string text = to_platform(devices({"pi1", "pi2"}));
  EXPECT_THAT(text, HasSubstr(R"(<host id="pi1" speed="1Gf"/>)"));
  EXPECT_THAT(text, HasSubstr(R"(<link id="pi2-line" bandwidth="11000000Bps" latency="0s" )"
                              R"(sharing_policy="SPLITDUPLEX"/>)"));
  EXPECT_THAT(text, HasSubstr(R"(<link id="pi2-to-pi1" bandwidth="11000000Bps" latency="0.0002s">)"
                              R"(<prop id="in-order" value="yes"/></link>)"));
  EXPECT_THAT(text, HasSubstr(R"(<route src="pi1" dst="pi2" symmetrical="NO">)"
                              R"(<link_ctn id="pi1-line" direction="UP"/>)"
                              R"(<link_ctn id="pi1-to-pi2"/>)"
                              R"(<link_ctn id="pi2-line" direction="DOWN"/></route>)"));
}

TEST(Platform, PairsDiffer) {
  profile::Profile profile = devices({"pi1", "pi2", "pi3"});
  profile.network.pairs[{Rank{0}, Rank{1}}] = {0.005, 2'000'000};
  profile.network.pairs[{Rank{0}, Rank{2}}] = {0.001, 9'000'000};
  const std::string text = to_platform(profile);
  EXPECT_THAT(text, HasSubstr(R"(<link id="pi1-line" bandwidth="9000000Bps" latency="0s")"))
      << "as fast as its best link";
  EXPECT_THAT(text, HasSubstr(R"(<link id="pi1-to-pi2" bandwidth="2000000Bps" latency="0.005s">)"));
  EXPECT_THAT(text,
              HasSubstr(R"(<link id="pi2-to-pi1" bandwidth="11000000Bps" latency="0.0002s">)"));
}

TEST(Platform, OfOneDeviceNeedsNoNetwork) {
  profile::Profile profile = devices({"pi1"});
  profile.network = {};
  EXPECT_THAT(to_platform(profile), HasSubstr(R"(<host id="pi1")"));
}

TEST(Platform, OfSeveralDevicesNeedsOne) {
  profile::Profile profile = devices({"pi1", "pi2"});
  profile.network = {};
  try {
    to_platform(profile);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("profile shelf has no network between its 2 devices"));
  }
}

}  // namespace
}  // namespace shoal::twin
