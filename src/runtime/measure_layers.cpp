#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <tuple>

#include "shoal/graph/blank_weights.hpp"
#include "shoal/kernels/algorithms.hpp"
#include "shoal/program/program.hpp"
#include "shoal/runtime/available_memory.hpp"
#include "shoal/runtime/executor.hpp"
#include "shoal/runtime/machine.hpp"
#include "shoal/runtime/measure.hpp"
#include "shoal/runtime/passes.hpp"
#include "shoal/runtime/throttle.hpp"

#include "runtime/dry_run.hpp"
#include "runtime/median.hpp"
#include "runtime/trials.hpp"

namespace shoal::runtime {
namespace {

using graph::LayerId;
using program::Compute;
using program::Finish;
using program::Program;
using program::Step;

/// How often a program is run, within the budget.
struct Runs {
  int least = 0;
  int most = 0;
};
constexpr Runs of_a_measurement = {5, 50};
constexpr Runs of_a_trial = {2, 4};
/// Of the budget.
constexpr double part_of_trials = 0.25;

/// Uniform within the bound of He et al. (2015), under which activations neither grow nor vanish:
/// arithmetic on denormal numbers would take far longer.
void draw(std::span<float> values, Index fan_in, std::minstd_rand& random) {
  const float bound = std::sqrt(6.0F / static_cast<float>(std::max<Index>(1, fan_in)));
  const float scale = 2 * bound / static_cast<float>(std::minstd_rand::max());
  for (float& value : values) value = static_cast<float>(random()) * scale - bound;
}

/// Weights as they would be loaded: see WeightLoader.
graph::LayerWeights random_weights(const graph::Graph& graph, LayerId layer, Range inputs,
                                   Range outputs) {
  Index fan_in = 1;
  for (const graph::WeightSpec& spec : graph.weights(layer)) {
    if (spec.kind == graph::WeightKind::kernel) fan_in = spec.fan_in;
  }
  graph::LayerWeights weights = graph::blank_weights(graph, layer, inputs, outputs);
  std::minstd_rand random(static_cast<unsigned>(layer.value) + 1);
  draw(weights.kernel.span(), fan_in, random);
  draw(weights.bias.span(), 1, random);
  return weights;
}

/// When a rank computes while all measure the same step: in which of how many turns.
struct Turns {
  int count = 1;
  int own = 0;
};

/// Those of one host one after the other.
Turns one_by_one(const comm::Communicator& world) {
  const comm::Communicator::OnHost here = world.on_host();
  std::array<double, 1> most = {-static_cast<double>(here.members)};
  world.minimum(most);
  return {static_cast<int>(-most[0]), here.place};
}

/// Runs one rank's program again and again without the other ranks of its plan, and keeps what
/// each step takes.
class Track {
 public:
  Track(const comm::Communicator& world, const Turns& turns, const Program& program, Rank rank,
        WeightCache& weights, double slowness)
      : world_(world),
        turns_(turns),
        program_(program),
        rank_(rank),
        slowness_(slowness),
        executor_(program, rank, weights, memory_),
        dry_run_(executor_),
        seconds_(program.of(rank).size()) {
    if (slowness_ != 1) learn(throttle_, executor_);
  }

  /// As often as all ranks can within the budget, after a run that only warms up.
  void run(Seconds budget, const Runs& limits) {
    const Seconds begin = comm::wall_time();
    run_once();
    std::array<double, 1> runs = {budget / (comm::wall_time() - begin)};
    world_.minimum(runs);
    for (std::vector<Seconds>& one : seconds_) one.clear();
    const int count = static_cast<int>(std::clamp<double>(runs[0], limits.least, limits.most));
    for (int i = 0; i < count; ++i) run_once();
  }

  /// Of each step that has work.
  [[nodiscard]] std::vector<profile::Measurement> measurements() const {
    std::vector<profile::Measurement> result;
    const std::vector<Step>& steps = program_.of(rank_);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (seconds_[i].empty()) continue;
      const profile::Work work = work_of(steps[i]);
      if (work.flops == 0) continue;
      result.push_back({work, took(i), algorithm(i)});
    }
    return result;
  }

  /// What a step took when nothing disturbed it.
  [[nodiscard]] Seconds least(std::size_t step) const {
    return *std::min_element(seconds_[step].begin(), seconds_[step].end());
  }

  /// By what a step is computed, where there is a choice.
  [[nodiscard]] std::optional<graph::ConvolutionAlgorithm> algorithm(std::size_t step) const {
    const auto* compute = std::get_if<Compute>(&program_.of(rank_)[step]);
    if (compute == nullptr || kernels::algorithms(task_of(program_, *compute)).size() < 2) {
      return std::nullopt;
    }
    return graph::find_convolution_algorithm(executor_.kernel(step)->algorithm());
  }

 private:
  void run_once() {
    dry_run_.run([this](FrameExecution& execution) {
      for (int turn = 0; turn < turns_.count; ++turn) {
        world_.barrier();
        if (turn == turns_.own) step(execution);
      }
    });
  }

  void step(FrameExecution& execution) {
    const std::size_t number = execution.next();
    const Seconds begin = comm::wall_time();
    throttle_.begin();
    execution.step();
    throttle_.end(number, slowness_, [] {});
    seconds_[number].push_back(comm::wall_time() - begin);
  }

  [[nodiscard]] Seconds took(std::size_t step) const {
    const bool done_before = std::holds_alternative<Compute>(program_.of(rank_)[step]) &&
                             executor_.kernel(step) == nullptr;
    return done_before ? profile::least_time
                       : std::max(profile::least_time, median(seconds_[step]));
  }

  [[nodiscard]] profile::Work work_of(const Step& step) const {
    if (const auto* finish = std::get_if<Finish>(&step)) {
      return profile::finishing_work(program_.graph, finish->layer, finish->box);
    }
    const auto& compute = std::get<Compute>(step);
    return profile::work_of(program_.graph, compute.layer, compute.inputs.front().box, compute.box);
  }

  const comm::Communicator& world_;
  Turns turns_;
  const Program& program_;
  Rank rank_;
  double slowness_;
  Throttle throttle_;
  Memory memory_;
  Executor executor_;
  DryRun dry_run_;
  std::vector<std::vector<Seconds>> seconds_;  ///< by step
};

/// What a rank holds whatever is tried.
std::set<Shard> untried(const Program& program, Rank rank, const Trials& all) {
  std::set<LayerId> tried;
  for (std::size_t step = 0; step < all.size(); ++step) {
    if (all[step].empty()) continue;
    tried.insert(std::get<Compute>(program.of(rank)[step]).layer);
  }
  std::set<Shard> result = shards(program, rank);
  std::erase_if(result, [&](const Shard& shard) { return tried.contains(shard.layer); });
  return result;
}

/// Of each convolution of a rank's program, the trial that was fastest, if any could be tried. They
/// are tried one after the other, so that each has the memory that it would have in a run.
Trials choose(const comm::Communicator& world, const Turns& turns, const Program& program,
              Rank rank, WeightCache& weights, Seconds budget) {
  const Trials all = trials(program, rank);
  const std::set<Shard> stays = untried(program, rank, all);
  Trials chosen(all.size());
  std::vector<Seconds> best(all.size(), std::numeric_limits<Seconds>::infinity());
  for (std::size_t round = 0; round < rounds(all); ++round) {
    const Program tried = with_trials(program, rank, all, round);
    weights.keep(stays);
    Track track(world, turns, tried, rank, weights, 1);
    track.run(budget / static_cast<double>(rounds(all)), of_a_trial);
    for (std::size_t step = 0; step < all.size(); ++step) {
      if (round >= all[step].size() || track.algorithm(step) != all[step][round]) continue;
      if (track.least(step) >= best[step]) continue;
      best[step] = track.least(step);
      chosen[step] = {all[step][round]};
    }
  }
  weights.keep(stays);
  return chosen;
}

/// Measures a rank's program with the algorithms that are fastest here.
std::vector<profile::Measurement> measure(const comm::Communicator& world, const Turns& turns,
                                          const Program& program, Rank rank,
                                          const MeasureOptions& options, Seconds budget) {
  const Seconds begin = comm::wall_time();
  WeightCache weights(
      [&program](LayerId layer, Range inputs, Range outputs) {
        return random_weights(program.graph, layer, inputs, outputs);
      },
      spare_memory(program, rank, options.memory));
  const Trials chosen = choose(world, turns, program, rank, weights, budget * part_of_trials);
  const Program fastest = with_trials(program, rank, chosen, 0);
  Track track(world, turns, fastest, rank, weights, options.slowness);
  track.run(budget - (comm::wall_time() - begin), of_a_measurement);
  return track.measurements();
}

/// Keeps one measurement for each layer, cut and fraction: the first.
class Collection {
 public:
  void add(profile::Measurement one) {
    const profile::Work& work = one.work;
    const profile::Cut cut = work.fraction < 1 ? work.cut : profile::Cut::outputs;
    if (!known_.emplace(work.layer, work.kind, cut, work.fraction).second) return;
    measurements_.push_back(std::move(one));
  }
  [[nodiscard]] std::vector<profile::Measurement> take() { return std::move(measurements_); }

 private:
  std::set<std::tuple<std::string, profile::Kind, profile::Cut, double>> known_;
  std::vector<profile::Measurement> measurements_;
};

}  // namespace

std::vector<profile::Measurement> measure_layers(const comm::Communicator& world,
                                                 const graph::Graph& lowered,
                                                 const MeasureOptions& options) {
  Collection collection;
  const std::vector<Pass> all = passes();
  const Seconds budget =
      options.budget * static_cast<double>(lowered.size()) / static_cast<double>(all.size());
  const Turns alone = one_by_one(world);
  for (const Pass& pass : all) {
    const Turns turns = pass.cut ? Turns{} : alone;
    const PassPlan planned = plan_pass(lowered, pass, options.memory);
    const Program program = program::compile(planned.plan, lowered);
    for (const Rank rank : planned.measured) {
      const Seconds share = budget / static_cast<double>(planned.measured.size());
      for (profile::Measurement& one : measure(world, turns, program, rank, options, share)) {
        collection.add(std::move(one));
      }
    }
  }
  return collection.take();
}

}  // namespace shoal::runtime
