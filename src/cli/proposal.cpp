#include "cli/proposal.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include "shoal/base/text.hpp"
#include "shoal/plan/limits.hpp"
#include "shoal/profile/document.hpp"

#include "cli/plan_source.hpp"

namespace shoal::cli {
namespace {

int slots_in(const std::string& line, const std::string& where) {
  const std::size_t at = line.find("slots=");
  // `max-slots` is a bound, not a number of ranks.
  if (at == std::string::npos || (at > 0 && line[at - 1] == '-')) return 1;
  int slots = 0;
  const char* end = line.data() + line.size();
  const auto result = std::from_chars(line.data() + at + 6, end, slots);
  if (result.ec != std::errc{} || slots < 1 || slots > plan::most_ranks) {
    throw Error("{}: slots must be 1 to {}", where, plan::most_ranks);
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
  if (count < 1 || count > plan::most_ranks) {
    throw UsageError("--devices is 1 to {} or a hostfile, not {}", plan::most_ranks, devices);
  }
  return profile.of_size(static_cast<std::size_t>(count));
}

}  // namespace

OptionGroup device_options() {
  return {"What the devices are",
          {{.name = "profile",
            .takes = ReadFile{},
            .help = "what the devices and links can do (JSON): shoal profile measures it"},
           {.name = "devices",
            .takes = Text{"N|HOSTFILE"},
            .help = fmt::format("how many devices (1 to {}), or a hostfile; all of the profile "
                                "without it",
                                plan::most_ranks)},
           {.name = "memory",
            .takes = Text{"BYTES"},
            .help = "of each device, such as 512MB, in place of the profile's"}}};
}

std::vector<OptionGroup> proposal_options() {
  const Whole rank{.least = 0, .most = plan::most_ranks - 1, .name = "RANK"};
  OptionGroup wanted{
      "What the plan is for",
      {{.name = "objective",
        .takes = Word{"WHAT", {"throughput", "latency"}},
        .otherwise = "throughput"},
       {.name = "max-latency",
        .takes = Number{.least = 1e-6, .most = 1e6, .name = "SECONDS", .unit = "seconds"},
        .help = "the longest that any frame may take"},
       {.name = "input-rank", .takes = rank, .help = "where frames come in", .otherwise = "0"},
       {.name = "output-rank", .takes = rank, .help = "where answers go", .otherwise = "0"},
       {.name = "wire-error",
        .takes = Number{.least = 0, .most = 1, .name = "PART"},
        .help = "how far what moves may be rounded, as a part of itself: 0.0005 lets it travel as "
                "float16, 0.004 as int8",
        .otherwise = "0"},
       {.name = "explain", .takes = Flag{}, .help = "print what the plan costs and why"}}};
  return {device_options(), std::move(wanted)};
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
  if (result.ec != std::errc{} || scale == 0 || !(number > 0) || number * scale < 1 ||
      number * scale > 1e15) {
    throw UsageError("--{} is a number of bytes such as 512MB, up to 1000000 GB, not '{}'", option,
                     printable(text, 60));
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
    if (hosts.size() + static_cast<std::size_t>(slots) > plan::most_ranks) {
      throw Error("{}: has more than {} slots", hostfile, plan::most_ranks);
    }
    hosts.insert(hosts.end(), static_cast<std::size_t>(slots), host);
  }
  if (hosts.empty()) throw Error("{}: names no host", hostfile);
  return hosts;
}

profile::Profile profile_of_devices(const OptionValues& values, int ranks) {
  const std::string path = values.text("profile");
  if (path.empty()) {
    throw UsageError("--profile is missing: what the devices can do; shoal profile measures it");
  }
  profile::Profile profile = profile::parse(read_text(path), path);
  if (values.given("devices")) {
    profile = for_devices(profile, values.text("devices"));
  } else if (ranks > 0) {
    profile = profile.of_size(static_cast<std::size_t>(ranks));
  }
  if (values.given("memory")) {
    const Bytes memory = parse_bytes("memory", values.text("memory"));
    for (profile::Device& device : profile.devices) device.memory = memory;
  }
  return profile;
}

PlanningRequest planning_request(const OptionValues& values, int ranks) {
  PlanningRequest result;
  result.profile = profile_of_devices(values, ranks);
  result.request.objective = values.text("objective") == "latency" ? planner::Objective::latency
                                                                   : planner::Objective::throughput;
  if (values.given("max-latency")) result.request.max_latency = values.number("max-latency");
  result.request.wire = split::narrowest_within(values.number("wire-error"));
  const auto rank = [&](const char* name) {
    const int value = values.whole<int>(name);
    const int count = static_cast<int>(result.profile.devices.size());
    if (value >= count) {
      throw UsageError("--{} is {}, not {}: there {} {}", name,
                       count == 1 ? "0" : fmt::format("0 to {}", count - 1), value,
                       count == 1 ? "is" : "are",
                       counted(static_cast<std::uint64_t>(count), "device"));
    }
    return Rank{value};
  };
  result.request.input_rank = rank("input-rank");
  result.request.output_rank = rank("output-rank");
  return result;
}

}  // namespace shoal::cli
