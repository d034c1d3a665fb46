#include "shoal/runtime/report.hpp"

#include <algorithm>
#include <set>
#include <sstream>

#include <fmt/core.h>

#include "shoal/comm/environment.hpp"
#include "shoal/program/counts.hpp"

namespace shoal::runtime {
namespace {

/// Which layers a rank computes, in words.
std::string describe_work(const std::vector<program::Program>& lanes, Rank rank) {
  const auto busy = std::find_if(lanes.begin(), lanes.end(), [&](const program::Program& lane) {
    return program::count(lane, rank).layers > 0;
  });
  if (busy == lanes.end()) return "idle";
  const program::Program& program = *busy;
  std::string first;
  std::string last;
  std::size_t layers = 0;
  std::size_t shards = 0;
  std::set<program::TensorId> made;
  for (const program::Step& step : program.of(rank)) {
    const auto* compute = std::get_if<program::Compute>(&step);
    if (compute == nullptr || !made.insert(compute->output).second) continue;
    const graph::Layer& layer = program.graph[compute->layer];
    if (first.empty()) first = layer.name;
    last = layer.name;
    ++layers;
    const auto part = program[compute->output].layout.box_of(rank);
    if (!compute->complete || part != Box::whole(layer.output)) ++shards;
  }
  return fmt::format("{}{}{} ({} layers, {} in shards)", first, layers > 1 ? " to " : "",
                     layers > 1 ? last : "", layers, shards);
}

}  // namespace

RankReport report(Rank rank, const Runner& runner, const WeightCache& weights) {
  return {comm::host_name(),    describe_work(runner.lanes(), rank),
          runner.frames(),      runner.most_in_flight(),
          weights.bytes(),      runner.activation_bytes(),
          runner.peak_memory(), runner.times(),
          runner.traffic()};
}

std::vector<RankReport> gather(const comm::Communicator& world, const RankReport& own) {
  std::ostringstream text;
  text.precision(17);
  text << own.host << '\n'
       << own.work << '\n'
       << own.frames << ' ' << own.most_in_flight << ' ' << own.weights << ' ' << own.activations
       << ' ' << own.peak_memory << ' ' << own.times.computing << ' ' << own.times.communicating
       << ' ' << own.times.waiting << ' ' << own.traffic.sent << ' ' << own.traffic.received << ' '
       << own.startup.joined << ' ' << own.startup.planned << ' ' << own.startup.loaded << ' '
       << own.startup.answered;
  std::vector<RankReport> reports;
  for (const std::string& one : world.gather_all(text.str())) {
    std::istringstream in(one);
    RankReport& read = reports.emplace_back();
    std::getline(in, read.host);
    std::getline(in, read.work);
    in >> read.frames >> read.most_in_flight >> read.weights >> read.activations >>
        read.peak_memory >> read.times.computing >> read.times.communicating >>
        read.times.waiting >> read.traffic.sent >> read.traffic.received >> read.startup.joined >>
        read.startup.planned >> read.startup.loaded >> read.startup.answered;
  }
  return reports;
}

}  // namespace shoal::runtime
