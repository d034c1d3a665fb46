#include "runtime/trials.hpp"

#include <algorithm>

#include "shoal/kernels/algorithms.hpp"
#include "shoal/runtime/machine.hpp"

namespace shoal::runtime {
namespace {

using program::Compute;
using program::Step;

/// What was fastest on the machine of the estimate was never estimated to take 1.5 times the best.
constexpr double hopeless = 2.5;

std::vector<graph::ConvolutionAlgorithm> trials_of(const program::Program& program,
                                                   const Compute& step) {
  const std::vector<kernels::Algorithm> all = kernels::algorithms(task_of(program, step));
  std::vector<graph::ConvolutionAlgorithm> result;
  if (all.size() < 2) return result;
  for (const kernels::Algorithm& one : all) {
    if (one.estimate <= hopeless * all.front().estimate) result.push_back(one.name);
  }
  return result;
}

}  // namespace

Trials trials(const program::Program& program, Rank rank) {
  Trials result;
  for (const Step& step : program.of(rank)) {
    const auto* compute = std::get_if<Compute>(&step);
    result.push_back(compute == nullptr ? std::vector<graph::ConvolutionAlgorithm>{}
                                        : trials_of(program, *compute));
  }
  return result;
}

std::size_t rounds(const Trials& trials) {
  std::size_t most = 1;
  for (const auto& one : trials) most = std::max(most, one.size());
  return most;
}

program::Program with_trials(program::Program program, Rank rank, const Trials& trials,
                             std::size_t round) {
  std::vector<Step>& steps = program.steps[static_cast<std::size_t>(rank.value)];
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (trials[i].empty()) continue;
    std::get<Compute>(steps[i]).algorithm = trials[i][round < trials[i].size() ? round : 0];
  }
  return program;
}

}  // namespace shoal::runtime
