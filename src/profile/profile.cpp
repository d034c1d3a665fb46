#include "shoal/profile/profile.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "shoal/base/error.hpp"

namespace shoal::profile {
namespace {

/// How much longer the shards of a layer took than the law says, at one fraction of it.
struct Point {
  double fraction = 0;
  double correction = 1;
};

/// Whether a measurement is of the work's layer, and of the cut.
bool is_on_line(const Work& measured, const Work& work, Cut cut) {
  return measured.layer == work.layer && measured.model == work.model &&
         measured.kind == work.kind && (measured.fraction >= 1 || measured.cut == cut);
}

/// What was measured of the layer on a cut's line, by fraction.
std::vector<Point> line_of(const Device& device, const Law& law, const Work& work, Cut cut) {
  std::vector<Point> points;
  for (const Measurement& one : device.measurements) {
    if (!is_on_line(one.work, work, cut)) continue;
    const Seconds predicted = law(one.work.flops, one.work.bytes);
    if (predicted > 0) points.push_back({one.work.fraction, one.seconds / predicted});
  }
  std::sort(points.begin(), points.end(),
            [](const Point& a, const Point& b) { return a.fraction < b.fraction; });
  return points;
}

double correction_at(const std::vector<Point>& line, double fraction) {
  if (line.empty()) return 1;
  const auto above = std::find_if(line.begin(), line.end(),
                                  [&](const Point& p) { return p.fraction >= fraction; });
  if (above == line.end()) return line.back().correction;
  if (above == line.begin()) return above->correction;
  const Point& below = *std::prev(above);
  const double along = (fraction - below.fraction) / (above->fraction - below.fraction);
  return below.correction + along * (above->correction - below.correction);
}

/// How much longer than the law says the work takes for all that it was cut by.
double correction_of(const Device& device, const Law& law, const Work& work) {
  const double of_cut =
      correction_at(line_of(device, law, work, work.cut), work.fraction / work.pixels);
  if (work.pixels == 1) return of_cut;
  const std::vector<Point> space = line_of(device, law, work, Cut::space);
  return of_cut * correction_at(space, work.pixels) / correction_at(space, 1);
}

/// How many messages of a collective among `members` follow each other, by the algorithms that
/// split::Redistribution's counts stand for.
double rounds(split::Pattern pattern, std::size_t participants) {
  const auto members = static_cast<double>(participants);
  switch (pattern) {
    case split::Pattern::allreduce:
      return 2 * (members - 1);
    case split::Pattern::broadcast:
    case split::Pattern::allgather:
    case split::Pattern::reduce_scatter:
    case split::Pattern::reduce:
      return members - 1;
    default:
      return 1;
  }
}

}  // namespace

Seconds Device::time(const Work& work) const {
  if (work.flops == 0) return 0;
  const auto law = laws.find(work.kind);
  if (law == laws.end()) {
    throw Error("device {} has no law for {} ({})", name, work.layer, profile::name(work.kind));
  }
  return law->second(work.flops, work.bytes) * correction_of(*this, law->second, work);
}

std::optional<graph::ConvolutionAlgorithm> Device::algorithm(const Work& work) const {
  const Measurement* nearest = nullptr;
  const auto distance = [&](const Measurement& one) {
    return std::abs(one.work.fraction - work.fraction);
  };
  for (const Measurement& one : measurements) {
    if (!is_on_line(one.work, work, work.cut)) continue;
    if (nearest == nullptr || distance(one) < distance(*nearest)) nearest = &one;
  }
  return nearest == nullptr ? std::nullopt : nearest->algorithm;
}

Seconds Device::paging(Bytes held) const {
  if (held <= memory) return 0;
  if (paging_rate <= 0) return std::numeric_limits<Seconds>::infinity();
  return static_cast<double>(held - memory) / paging_rate;
}

bool same_kind(const Device& a, const Device& b) {
  return a.memory == b.memory && a.cores == b.cores && a.paging_rate == b.paging_rate &&
         a.laws == b.laws && a.measurements == b.measurements;
}

const Link& Network::between(Rank from, Rank to) const {
  const auto found = pairs.find({from, to});
  return found == pairs.end() ? link : found->second;
}

double Network::line_speed(Rank rank) const {
  double best = pairs.empty() ? link.bytes_per_second : 0;
  for (const auto& [ends, one] : pairs) {
    if (ends.first == rank) best = std::max(best, one.bytes_per_second);
  }
  return best > 0 ? best : link.bytes_per_second;
}

Link Network::slowest_among(const std::vector<split::RankBytes>& ranks) const {
  if (pairs.empty()) return link;
  Link slowest{0, std::numeric_limits<double>::infinity()};
  for (const auto& [from, sent, received] : ranks) {
    for (const auto& [to, to_sent, to_received] : ranks) {
      if (from == to) continue;
      const Link& one = between(from, to);
      slowest.bytes_per_second = std::min(slowest.bytes_per_second, one.bytes_per_second);
      slowest.latency = std::max(slowest.latency, one.latency);
    }
  }
  return slowest;
}

Seconds Network::time(const split::Redistribution& redistribution) const {
  const std::vector<split::RankBytes> bytes = redistribution.bytes();
  Bytes busiest = 0;
  for (const split::RankBytes& one : bytes) {
    busiest = std::max({busiest, one.sent, one.received});
  }
  if (busiest == 0) return 0;
  const Link slowest = slowest_among(bytes);
  const auto factor = slowdown.find(redistribution.pattern);
  const Seconds line = static_cast<double>(busiest) / slowest.bytes_per_second;
  return rounds(redistribution.pattern, bytes.size()) * slowest.latency +
         line * (factor == slowdown.end() ? 1 : factor->second);
}

Profile Profile::of_size(std::size_t count) const {
  if (devices.size() != 1 && devices.size() < count) {
    throw Error("profile {} has {} devices, not {}", name, devices.size(), count);
  }
  Profile result = *this;
  result.devices.resize(count, devices.front());
  return result;
}

}  // namespace shoal::profile
