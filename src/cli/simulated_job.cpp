#include "cli/simulated_job.hpp"

#include <fmt/core.h>

#include "shoal/base/error.hpp"
#include "shoal/comm/environment.hpp"
#include "shoal/comm/simulation.hpp"
#include "shoal/graph/blank_weights.hpp"
#include "shoal/twin/device.hpp"
#include "shoal/twin/platform.hpp"

namespace shoal::cli {
namespace {

/// One rank of the job.
class Member {
 public:
  Member(const SimulatedJob& job, SimulatedRun& run)
      : job_(job),
        run_(run),
        world_(comm::Communicator::world()),
        self_(world_.rank()),
        device_(job.profile[self_], self_, job.price.ranks[index()].held()),
        weights_([this](graph::LayerId layer, Range inputs, Range outputs) {
          return graph::blank_weights(job_.lanes->front().graph, layer, inputs, outputs);
        }) {}

  void run(Metrics* metrics) {
    pass(1, 1, nullptr);
    if (self_ == job_.plan.output_rank) {
      run_.alone = run_.passages.front().out - run_.passages.front().in;
      run_.passages.clear();
    }
    world_.barrier();
    pass(job_.frames, plan::credits(job_.plan), metrics);
  }

 private:
  [[nodiscard]] std::size_t index() const { return static_cast<std::size_t>(self_.value); }

  void pass(std::size_t frames, std::size_t credits, Metrics* metrics) {
    runtime::Runner runner(world_, job_.lanes, weights_,
                           {.credits = credits, .trace = job_.trace, .machine = &device_});
    runner.connect();
    const comm::Verdict verdict = runner.run(ends(frames, metrics));
    if (!verdict.error.empty()) throw Error("rank {}: {}", verdict.rank.value, verdict.error);
    run_.reports[index()] = runtime::report(self_, runner, weights_);
    run_.spans[index()] = runner.spans();
  }

  runtime::Ends ends(std::size_t frames, Metrics* metrics) {
    runtime::Ends ends;
    ends.source = [this, frames, next = std::size_t{0}](runtime::Frame& frame) mutable {
      if (next == frames) return runtime::Supply::end;
      frame = {
          fmt::format("{}", next++), Tensor(job_.lanes->front().graph.layers().front().output), {}};
      run_.passages.push_back({comm::wall_time(), 0});
      return runtime::Supply::frame;
    };
    ends.sink = [this](const std::string& label, const Tensor& /*answer*/, Seconds /*seconds*/) {
      run_.passages.at(std::stoul(label)).out = comm::wall_time();
    };
    ends.monitor = [metrics](Rank rank, const runtime::FrameReport& report) {
      if (metrics != nullptr) metrics->report(rank, report);
    };
    return ends;
  }

  const SimulatedJob& job_;
  SimulatedRun& run_;
  comm::Communicator world_;
  Rank self_;
  twin::Device device_;
  runtime::WeightCache weights_;
};

}  // namespace

SimulatedRun run_simulated(const SimulatedJob& job, Metrics* metrics, const std::string& platform,
                           const std::vector<std::string>& settings) {
  SimulatedRun run;
  run.reports.resize(job.profile.devices.size());
  run.spans.resize(job.profile.devices.size());
  comm::simulate({platform, twin::host_names(job.profile), settings}, [&] {
    const comm::Environment environment;
    Member(job, run).run(metrics);
  });
  return run;
}

}  // namespace shoal::cli
