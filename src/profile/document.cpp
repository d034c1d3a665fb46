#include "shoal/profile/document.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include <nlohmann/json.hpp>

#include "shoal/base/error.hpp"
#include "shoal/json/document.hpp"

namespace shoal::profile {
namespace {

using json::Entry;
using Json = nlohmann::ordered_json;

constexpr int version = 1;
constexpr std::size_t most_devices = 4096;

/// What is larger no device has, and sums of it would no longer be numbers.
constexpr double largest = 1e30;

double parse_not_negative(const Entry& entry) {
  const double number = entry.number();
  if (number < 0) entry.refuse("must not be negative");
  if (number > largest) entry.refuse("must be at most 1e30");
  return number;
}

double parse_positive(const Entry& entry) {
  const double number = entry.number();
  if (number > largest) entry.refuse("must be at most 1e30");
  if (number <= 0) entry.refuse("must be more than 0");
  return number;
}

double not_negative_or_zero(const Entry& parent, const char* key) {
  return parent.has(key) ? parse_not_negative(parent.at(key)) : 0.0;
}

Bytes parse_bytes(const Entry& entry) {
  constexpr double most = 9007199254740992.0;  // Beyond 2^53 a number is not exact.
  const double number = parse_positive(entry);
  if (number != std::trunc(number) || number > most) entry.refuse("must be a whole number");
  return static_cast<Bytes>(number);
}

/// One of the names of an enumeration that `find` knows.
template <typename Find>
auto parse_name(const Entry& entry, const std::string& name, const char* what, const Find& find) {
  const auto found = find(name);
  if (!found) entry.refuse(fmt::format("unknown {} '{}'", what, name));
  return *found;
}

Law parse_law(const Entry& entry) {
  entry.expect_object({"fixed", "per_flop", "per_byte", "error"});
  const Law law{not_negative_or_zero(entry, "fixed"), not_negative_or_zero(entry, "per_flop"),
                not_negative_or_zero(entry, "per_byte"), not_negative_or_zero(entry, "error")};
  if (law(1, 1) == 0) entry.refuse("must have one of fixed, per_flop and per_byte");
  return law;
}

Measurement parse_measurement(const Entry& entry) {
  entry.expect_object(
      {"model", "layer", "kind", "cut", "fraction", "flops", "bytes", "seconds", "algorithm"});
  Measurement one;
  one.work.model = entry.at("model").string();
  one.work.layer = entry.at("layer").string();
  one.work.kind = parse_name(entry.at("kind"), entry.at("kind").string(), "kind", find_kind);
  if (entry.has("cut")) {
    one.work.cut = parse_name(entry.at("cut"), entry.at("cut").string(), "cut", find_cut);
  }
  if (entry.has("fraction")) {
    one.work.fraction = parse_positive(entry.at("fraction"));
    if (one.work.fraction > 1) entry.at("fraction").refuse("must not be more than 1");
  }
  one.work.flops = parse_positive(entry.at("flops"));
  one.work.bytes = parse_not_negative(entry.at("bytes"));
  one.seconds = parse_positive(entry.at("seconds"));
  if (entry.has("algorithm")) {
    const Entry algorithm = entry.at("algorithm");
    one.algorithm =
        parse_name(algorithm, algorithm.string(), "algorithm", graph::find_convolution_algorithm);
  }
  return one;
}

void parse_measurements(const Entry& entry, Device& device) {
  std::set<std::tuple<std::string, std::string, Kind, double, Cut>> known;
  for (const Entry& element : entry.elements()) {
    Measurement one = parse_measurement(element);
    const Work& work = one.work;
    if (!device.laws.contains(work.kind)) {
      element.at("kind").refuse("the device has no law for this kind");
    }
    const Cut cut = work.fraction < 1 ? work.cut : Cut::outputs;
    if (!known.emplace(work.model, work.layer, work.kind, work.fraction, cut).second) {
      element.refuse(fmt::format("{} is measured twice at this fraction", work.layer));
    }
    device.measurements.push_back(std::move(one));
  }
}

Device parse_device(const Entry& entry) {
  entry.expect_object({"name", "memory", "cores", "paging_rate", "laws", "measurements"});
  Device device;
  device.name = entry.at("name").string();
  device.memory = parse_bytes(entry.at("memory"));
  if (entry.has("cores")) device.cores = entry.at("cores").integer();
  if (device.cores < 1) entry.at("cores").refuse("must be more than 0");
  device.paging_rate = not_negative_or_zero(entry, "paging_rate");
  if (entry.has("laws")) {
    for (const auto& [name, law] : entry.at("laws").members()) {
      device.laws.emplace(parse_name(law, name, "kind", find_kind), parse_law(law));
    }
  }
  if (entry.has("measurements")) parse_measurements(entry.at("measurements"), device);
  return device;
}

Link parse_link(const Entry& entry) {
  return {not_negative_or_zero(entry, "latency"), parse_positive(entry.at("bytes_per_second"))};
}

Rank parse_device_number(const Entry& entry, std::size_t devices) {
  const int number = entry.integer();
  if (static_cast<std::size_t>(number) >= devices) {
    entry.refuse(fmt::format("there are {} devices, counted from 0", devices));
  }
  return {number};
}

std::optional<split::Pattern> find_pattern(std::string_view name) {
  for (std::size_t i = 0; i < split::pattern_count; ++i) {
    const auto pattern = static_cast<split::Pattern>(i);
    if (split::name(pattern) == name) return pattern;
  }
  return std::nullopt;
}

Network parse_network(const Entry& entry, std::size_t devices) {
  entry.expect_object({"latency", "bytes_per_second", "pairs", "slowdown"});
  Network network;
  network.link = parse_link(entry);
  if (entry.has("pairs")) {
    for (const Entry& pair : entry.at("pairs").elements()) {
      pair.expect_object({"from", "to", "latency", "bytes_per_second"});
      const Rank from = parse_device_number(pair.at("from"), devices);
      const Rank to = parse_device_number(pair.at("to"), devices);
      if (from == to) pair.at("to").refuse("a device has no link to itself");
      if (!network.pairs.try_emplace({from, to}, parse_link(pair)).second) {
        pair.refuse("the pair is given twice");
      }
    }
  }
  if (entry.has("slowdown")) {
    for (const auto& [name, factor] : entry.at("slowdown").members()) {
      network.slowdown.emplace(parse_name(factor, name, "pattern", find_pattern),
                               parse_positive(factor));
    }
  }
  return network;
}

Profile parse_document(const Entry& document) {
  json::expect_format(document, "profile", version);
  document.expect_object({"format", "version", "name", "source", "devices", "network"});
  Profile profile;
  profile.name = document.at("name").string();
  if (document.has("source")) profile.source = document.at("source").string();
  const std::vector<Entry> devices = document.at("devices").elements();
  if (devices.size() > most_devices) {
    document.at("devices").refuse(fmt::format("has more than {} devices", most_devices));
  }
  for (const Entry& device : devices) {
    profile.devices.push_back(parse_device(device));
  }
  if (profile.devices.empty()) document.at("devices").refuse("must have a device");
  if (document.has("network")) {
    profile.network = parse_network(document.at("network"), profile.devices.size());
  }
  return profile;
}

Json law_json(const Law& law) {
  return {{"fixed", law.fixed},
          {"per_flop", law.per_flop},
          {"per_byte", law.per_byte},
          {"error", law.error}};
}

Json measurement_json(const Measurement& one) {
  Json entry = {{"model", one.work.model},       {"layer", one.work.layer},
                {"kind", name(one.work.kind)},   {"cut", name(one.work.cut)},
                {"fraction", one.work.fraction}, {"flops", one.work.flops},
                {"bytes", one.work.bytes},       {"seconds", one.seconds}};
  if (one.algorithm) entry["algorithm"] = graph::name(*one.algorithm);
  return entry;
}

Json device_json(const Device& device) {
  Json entry = {{"name", device.name},    {"memory", device.memory},
                {"cores", device.cores},  {"paging_rate", device.paging_rate},
                {"laws", Json::object()}, {"measurements", Json::array()}};
  for (const auto& [kind, law] : device.laws)
    entry["laws"][std::string(name(kind))] = law_json(law);
  for (const Measurement& one : device.measurements) {
    entry["measurements"].push_back(measurement_json(one));
  }
  return entry;
}

Json network_json(const Network& network) {
  Json entry = {{"latency", network.link.latency},
                {"bytes_per_second", network.link.bytes_per_second}};
  for (const auto& [pair, link] : network.pairs) {
    entry["pairs"].push_back({{"from", pair.first.value},
                              {"to", pair.second.value},
                              {"latency", link.latency},
                              {"bytes_per_second", link.bytes_per_second}});
  }
  for (const auto& [pattern, factor] : network.slowdown) {
    entry["slowdown"][std::string(split::name(pattern))] = factor;
  }
  return entry;
}

/// As people write it: what holds only numbers and names is one line, a measurement for instance.
void write(const Json& value, const std::string& indent, std::string& text) {
  const auto is_leaf = [](const Json& inner) { return !inner.is_structured(); };
  if (std::all_of(value.begin(), value.end(), is_leaf)) {
    text += value.dump();
    return;
  }
  const std::string deeper = indent + "  ";
  text += value.is_object() ? "{" : "[";
  const char* separator = "\n";
  for (const auto& [key, inner] : value.items()) {
    text += separator + deeper;
    if (value.is_object()) text += Json(key).dump() + ": ";
    if (inner.is_structured()) {
      write(inner, deeper, text);
    } else {
      text += inner.dump();
    }
    separator = ",\n";
  }
  text += "\n" + indent + (value.is_object() ? "}" : "]");
}

}  // namespace

Profile parse(const std::string& text, const std::string& origin) {
  return json::read_document(text, origin, parse_document);
}

std::string to_json(const Profile& profile) {
  Json document = {{"format", "shoal-profile"},
                   {"version", version},
                   {"name", profile.name},
                   {"source", profile.source},
                   {"devices", Json::array()}};
  for (const Device& device : profile.devices) document["devices"].push_back(device_json(device));
  if (profile.network.link.bytes_per_second > 0)
    document["network"] = network_json(profile.network);
  std::string text;
  write(document, "", text);
  return text + "\n";
}

}  // namespace shoal::profile
