#include "shoal/twin/platform.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/core.h>

#include "shoal/base/error.hpp"
#include "shoal/comm/simulation.hpp"

namespace shoal::twin {
namespace {

/// A rate that was measured has the cost of headers and acknowledgements in it already.
constexpr const char* head = R"(<?xml version='1.0'?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1">
  <config>
    <prop id="smpi/bw-factor" value="0:1"/>
    <prop id="smpi/lat-factor" value="0:1"/>
    <prop id="network/TCP-gamma" value="0"/>
    <prop id="network/crosstraffic" value="no"/>
  </config>
)";

std::string host_name(const std::string& device) {
  std::string name = device;
  for (char& letter : name) {
    const bool allowed = std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '.' ||
                         letter == '-' || letter == '_';
    if (!allowed) letter = '-';
  }
  return name.empty() ? "device" : name;
}

std::string hosts_and_lines(const profile::Profile& profile,
                            const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t rank = 0; rank < names.size(); ++rank) {
    const double speed = profile.network.line_speed({static_cast<int>(rank)});
    text += fmt::format("    <host id=\"{}\" speed=\"1Gf\"/>\n", names[rank]);
    if (speed == 0) continue;
    text += fmt::format(
        "    <link id=\"{}-line\" bandwidth=\"{}Bps\" latency=\"0s\" "
        "sharing_policy=\"SPLITDUPLEX\"/>\n",
        names[rank], speed);
  }
  return text;
}

/// Between the lines of each pair comes the pair's own link, a connection.
std::string connections(const profile::Network& network, const std::vector<std::string>& names) {
  std::string links;
  std::string routes;
  const auto count = static_cast<int>(names.size());
  for (int from = 0; from < count; ++from) {
    for (int to = 0; to < count; ++to) {
      if (from == to) continue;
      const std::string& sender = names[static_cast<std::size_t>(from)];
      const std::string& receiver = names[static_cast<std::size_t>(to)];
      const profile::Link link = network.between({from}, {to});
      links += fmt::format(
          "    <link id=\"{}-to-{}\" bandwidth=\"{}Bps\" latency=\"{}s\"><prop id=\"{}\" "
          "value=\"yes\"/></link>\n",
          sender, receiver, link.bytes_per_second, link.latency, comm::in_order);
      routes += fmt::format(
          "    <route src=\"{0}\" dst=\"{1}\" symmetrical=\"NO\">"
          "<link_ctn id=\"{0}-line\" direction=\"UP\"/><link_ctn id=\"{0}-to-{1}\"/>"
          "<link_ctn id=\"{1}-line\" direction=\"DOWN\"/></route>\n",
          sender, receiver);
    }
  }
  return links + routes;
}

}  // namespace

std::vector<std::string> host_names(const profile::Profile& profile) {
  std::vector<std::string> plain;
  for (const profile::Device& device : profile.devices) plain.push_back(host_name(device.name));
  std::vector<std::string> names = plain;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::count(plain.begin(), plain.end(), plain[i]) > 1) names[i] += fmt::format("-{}", i);
  }
  return names;
}

std::string to_platform(const profile::Profile& profile) {
  const bool has_network = profile.network.line_speed({0}) > 0;
  if (!has_network && profile.devices.size() > 1) {
    throw Error("profile {} has no network between its {} devices: add one (docs/profiles.md)",
                profile.name, profile.devices.size());
  }
  const std::vector<std::string> names = host_names(profile);
  std::string text = head;
  text += "  <zone id=\"devices\" routing=\"Full\">\n";
  text += hosts_and_lines(profile, names);
  if (has_network) text += connections(profile.network, names);
  return text + "  </zone>\n</platform>\n";
}

}  // namespace shoal::twin
