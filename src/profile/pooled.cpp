#include "shoal/profile/pooled.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace shoal::profile {
namespace {

/// What two measurements of the same layers on the same device differ by, all layers together.
constexpr double noise = 0.05;

Seconds total(const Device& device) {
  Seconds sum = 0;
  for (const Measurement& one : device.measurements) sum += one.seconds;
  return sum;
}

bool same_kinds(const Device& a, const Device& b) {
  return std::equal(a.laws.begin(), a.laws.end(), b.laws.begin(), b.laws.end(),
                    [](const auto& one, const auto& other) { return one.first == other.first; });
}

bool same_works(const Device& a, const Device& b) {
  return std::equal(
      a.measurements.begin(), a.measurements.end(), b.measurements.begin(), b.measurements.end(),
      [](const Measurement& one, const Measurement& other) { return one.work == other.work; });
}

bool are_equal(const Device& a, const Device& b) {
  if (a.measurements.empty() || a.cores != b.cores || a.paging_rate != b.paging_rate) return false;
  if (!same_kinds(a, b) || !same_works(a, b)) return false;
  return std::abs(total(a) - total(b)) <= noise * std::min(total(a), total(b));
}

/// Of equal devices, what all of them get.
Device mean(const std::vector<const Device*>& equals) {
  Device result = *equals.front();
  const auto count = static_cast<double>(equals.size());
  const auto average = [&](const auto& of) {
    double sum = 0;
    for (const Device* device : equals) sum += of(*device);
    return sum / count;
  };
  for (auto& [kind, law] : result.laws) {
    const auto averaged = [&, kind = kind](double Law::*figure) {
      return average([&](const Device& device) { return device.laws.at(kind).*figure; });
    };
    law = {averaged(&Law::fixed), averaged(&Law::per_flop), averaged(&Law::per_byte),
           averaged(&Law::error)};
  }
  for (std::size_t i = 0; i < result.measurements.size(); ++i) {
    const Device* const fastest =
        *std::min_element(equals.begin(), equals.end(), [&](const Device* a, const Device* b) {
          return a->measurements[i].seconds < b->measurements[i].seconds;
        });
    result.measurements[i].algorithm = fastest->measurements[i].algorithm;
    result.measurements[i].seconds =
        average([&](const Device& device) { return device.measurements[i].seconds; });
  }
  return result;
}

}  // namespace

Profile pooled(const Profile& profile) {
  Profile result = profile;
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < profile.devices.size(); ++i) {
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& one) {
      return are_equal(profile.devices[one.front()], profile.devices[i]);
    });
    if (group == groups.end()) {
      groups.push_back({i});
    } else {
      group->push_back(i);
    }
  }
  for (const std::vector<std::size_t>& group : groups) {
    if (group.size() == 1) continue;
    std::vector<const Device*> equals;
    for (const std::size_t i : group) equals.push_back(&profile.devices[i]);
    const Device shared = mean(equals);
    for (const std::size_t i : group) {
      result.devices[i].laws = shared.laws;
      result.devices[i].measurements = shared.measurements;
    }
  }
  return result;
}

}  // namespace shoal::profile
