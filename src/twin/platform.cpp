#include "shoal/twin/platform.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/core.h>

#include "shoal/base/error.hpp"

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

std::string link_text(const std::string& id, const profile::Link& link, const char* sharing) {
  return fmt::format(
      "    <link id=\"{}\" bandwidth=\"{}Bps\" latency=\"{}s\" "
      "sharing_policy=\"{}\"/>\n",
      id, link.bytes_per_second, link.latency, sharing);
}

/// Of `latency` each message meets two lines' worth.
std::string hosts_and_lines(const profile::Profile& profile, const std::vector<std::string>& names,
                            Seconds latency) {
  std::string text;
  for (std::size_t rank = 0; rank < names.size(); ++rank) {
    const double speed = profile.network.line_speed({static_cast<int>(rank)});
    text += fmt::format("    <host id=\"{}\" speed=\"1Gf\"/>\n", names[rank]);
    if (speed > 0) text += link_text(names[rank] + "-line", {latency / 2, speed}, "SPLITDUPLEX");
  }
  return text;
}

/// All links alike: a line for each host says everything.
std::string star(const profile::Profile& profile, const std::vector<std::string>& names) {
  std::string text = "  <zone id=\"devices\" routing=\"Cluster\">\n";
  text += hosts_and_lines(profile, names, profile.network.link.latency);
  for (const std::string& name : names) {
    text += fmt::format("    <host_link id=\"{0}\" up=\"{0}-line_UP\" down=\"{0}-line_DOWN\"/>\n",
                        name);
  }
  text += "    <router id=\"switch\"/>\n  </zone>\n";
  return text;
}

/// Between the lines of each pair comes the pair's own link.
std::string mesh(const profile::Profile& profile, const std::vector<std::string>& names) {
  std::string text = "  <zone id=\"devices\" routing=\"Full\">\n";
  text += hosts_and_lines(profile, names, 0);
  std::string routes;
  const auto count = static_cast<int>(names.size());
  for (int from = 0; from < count; ++from) {
    for (int to = 0; to < count; ++to) {
      if (from == to) continue;
      const std::string& sender = names[static_cast<std::size_t>(from)];
      const std::string& receiver = names[static_cast<std::size_t>(to)];
      const std::string pair = sender + "-to-" + receiver;
      text += link_text(pair, profile.network.between({from}, {to}), "SHARED");
      routes += fmt::format(
          "    <route src=\"{0}\" dst=\"{1}\" symmetrical=\"NO\">\n"
          "      <link_ctn id=\"{0}-line\" direction=\"UP\"/><link_ctn id=\"{2}\"/>"
          "<link_ctn id=\"{1}-line\" direction=\"DOWN\"/>\n    </route>\n",
          sender, receiver, pair);
    }
  }
  return text + routes + "  </zone>\n";
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
  if (!has_network) {
    return fmt::format("{}  <zone id=\"devices\" routing=\"Full\">\n{}  </zone>\n</platform>\n",
                       head, hosts_and_lines(profile, names, 0));
  }
  const bool alike = profile.network.pairs.empty();
  return head + (alike ? star(profile, names) : mesh(profile, names)) + "</platform>\n";
}

}  // namespace shoal::twin
