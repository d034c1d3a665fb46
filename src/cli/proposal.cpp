#include "cli/proposal.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include "shoal/base/error.hpp"
#include "shoal/profile/document.hpp"

#include "cli/plan_source.hpp"

namespace shoal::cli {
namespace {

constexpr int most_devices = 65536;

int slots_in(const std::string& line, const std::string& where) {
  const std::size_t at = line.find("slots=");
  // `max-slots` is a bound, not a number of ranks.
  if (at == std::string::npos || (at > 0 && line[at - 1] == '-')) return 1;
  int slots = 0;
  const char* end = line.data() + line.size();
  const auto result = std::from_chars(line.data() + at + 6, end, slots);
  if (result.ec != std::errc{} || slots < 1 || slots > most_devices) {
    throw Error("{}: slots must be 1 to {}", where, most_devices);
  }
  return slots;
}

/// The devices of a hostfile: those of the profile by their names, or as many as there are hosts of
/// the only one.
profile::Profile for_hosts(const profile::Profile& profile, const std::vector<std::string>& hosts) {
  profile::Profile result = profile;
  result.devices.clear();
  for (const std::string& host : hosts) {
    const auto named =
        std::find_if(profile.devices.begin(), profile.devices.end(),
                     [&](const profile::Device& device) { return device.name == host; });
    if (named != profile.devices.end()) {
      result.devices.push_back(*named);
    } else if (profile.devices.size() == 1) {
      result.devices.push_back(profile.devices.front());
      result.devices.back().name = host;
    } else {
      throw Error("profile {} has no device {}", profile.name, host);
    }
  }
  return result;
}

profile::Profile for_devices(const profile::Profile& profile, const std::string& devices) {
  int count = 0;
  const char* end = devices.data() + devices.size();
  const auto result = std::from_chars(devices.data(), end, count);
  if (result.ec != std::errc{} || result.ptr != end) return for_hosts(profile, hosts_of(devices));
  if (count < 1 || count > most_devices) {
    throw Error("--devices is 1 to {} or a hostfile, not {}", most_devices, devices);
  }
  return profile.of_size(static_cast<std::size_t>(count));
}

planner::Objective parse_objective(const std::string& text) {
  if (text == "throughput") return planner::Objective::throughput;
  if (text == "latency") return planner::Objective::latency;
  throw Error("--objective is throughput or latency, not '{}'", text);
}

}  // namespace

options::options_description device_options() {
  options::options_description declared("What the devices are");
  declared.add_options()("profile", options::value<std::string>()->default_value(""),
                         "what the devices and lines can do (JSON): shoal profile measures it")(
      "devices", options::value<std::string>()->default_value(""),
      "how many devices, or a hostfile; all of the profile without it")(
      "memory", options::value<std::string>()->default_value(""),
      "of each device, such as 512MB, in place of the profile's");
  return declared;
}

options::options_description proposal_options() {
  options::options_description declared("Planning by a profile");
  declared.add(device_options());
  declared.add_options()("objective", options::value<std::string>()->default_value("throughput"),
                         "throughput or latency")("max-latency", options::value<double>(),
                                                  "seconds that no frame may take longer")(
      "input-rank", options::value<int>()->default_value(0), "where the frames come in")(
      "output-rank", options::value<int>()->default_value(0), "where the answers are wanted")(
      "wire-error", options::value<double>()->default_value(0),
      "how far what moves may be rounded, in parts of itself: 0.0005 lets it travel as float16, "
      "0.004 as int8")("explain", "tell what the plan will cost and why");
  return declared;
}

Bytes parse_bytes(const std::string& option, const std::string& text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  std::string unit(result.ptr, end);
  std::erase(unit, ' ');
  const auto scale = [&] {
    if (unit.empty() || unit == "B") return 1.0;
    if (unit == "kB") return 1e3;
    if (unit == "MB") return 1e6;
    if (unit == "GB") return 1e9;
    return 0.0;
  }();
  if (result.ec != std::errc{} || scale == 0 || !(number > 0) || number * scale > 1e15) {
    throw Error("--{} is a number of bytes such as 512MB, not '{}'", option, text);
  }
  return static_cast<Bytes>(number * scale);
}

std::vector<std::string> hosts_of(const std::string& hostfile) {
  std::istringstream lines(read_text(hostfile));
  std::vector<std::string> hosts;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::istringstream words(line.substr(0, line.find('#')));
    std::string host;
    if (!(words >> host)) continue;
    const int slots =
        slots_in(line.substr(0, line.find('#')), fmt::format("{}: line {}", hostfile, number));
    hosts.insert(hosts.end(), static_cast<std::size_t>(slots), host);
  }
  if (hosts.empty()) throw Error("{}: names no host", hostfile);
  return hosts;
}

profile::Profile profile_of_devices(const options::variables_map& values, int ranks) {
  const auto text = [&](const char* name) { return values[name].as<std::string>(); };
  if (text("profile").empty()) {
    throw Error("--profile is missing: what the devices can do; shoal profile measures it");
  }
  profile::Profile profile = profile::parse(read_text(text("profile")), text("profile"));
  if (!text("devices").empty()) {
    profile = for_devices(profile, text("devices"));
  } else if (ranks > 0) {
    profile = profile.of_size(static_cast<std::size_t>(ranks));
  }
  if (!text("memory").empty()) {
    const Bytes memory = parse_bytes("memory", text("memory"));
    for (profile::Device& device : profile.devices) device.memory = memory;
  }
  return profile;
}

PlanningRequest planning_request(const options::variables_map& values, int ranks) {
  PlanningRequest result;
  result.profile = profile_of_devices(values, ranks);
  result.request.objective = parse_objective(values["objective"].as<std::string>());
  if (values.contains("max-latency")) {
    result.request.max_latency = values["max-latency"].as<double>();
    if (!(*result.request.max_latency > 0)) throw Error("--max-latency is more than 0");
  }
  const auto wire_error = values["wire-error"].as<double>();
  if (!(wire_error >= 0)) throw Error("--wire-error is 0 or more");
  result.request.wire = split::narrowest_within(wire_error);
  const auto rank = [&](const char* name) {
    const int value = values[name].as<int>();
    const int count = static_cast<int>(result.profile.devices.size());
    if (value < 0 || value >= count) throw Error("--{} is 0 to {}, not {}", name, count - 1, value);
    return Rank{value};
  };
  result.request.input_rank = rank("input-rank");
  result.request.output_rank = rank("output-rank");
  return result;
}

}  // namespace shoal::cli
