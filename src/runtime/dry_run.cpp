#include "runtime/dry_run.hpp"

#include <algorithm>

#include "shoal/comm/communicator.hpp"

namespace shoal::runtime {
namespace {

using program::Step;

/// Stands for activations that came from other ranks, and for pixels.
constexpr float filling = 0.5F;

/// Dense kernels skip zeros: behind a rectifier every second activation is one, of random weights,
/// and of those that were pooled every third. Zero: none.
Index zeros_every(const graph::Graph& graph, graph::LayerId producer) {
  const graph::Layer& layer = graph[producer];
  if (layer.activation == graph::Activation::relu) return 2;
  if (const auto* pool = std::get_if<graph::Pool>(&layer.op)) {
    return pool->pool == graph::PoolKind::max && zeros_every(graph, layer.inputs.front()) > 0 ? 3
                                                                                              : 0;
  }
  const bool passes = std::holds_alternative<graph::Flatten>(layer.op);
  return passes ? zeros_every(graph, layer.inputs.front()) : 0;
}

/// So often a step is looked at, unless it takes long: then it is no shorter another time.
constexpr int most_walks = 10;
constexpr Seconds long_walks = 5;

program::TransferId transfer_of(const Step& exchange) {
  if (const auto* transfer = std::get_if<program::Transfer>(&exchange)) return transfer->id;
  if (const auto* send = std::get_if<program::Send>(&exchange)) return send->id;
  return std::get<program::Receive>(exchange).id;
}

void fill(View values, Index zeros_every) {
  const Index count = values.shape().volume();
  std::fill_n(values.data(), count, filling);
  if (zeros_every == 0) return;
  for (Index i = 0; i < count; i += zeros_every) values.data()[i] = 0;
}

bool computes(const Step& step) {
  return std::holds_alternative<program::Compute>(step) ||
         std::holds_alternative<program::Finish>(step);
}

}  // namespace

DryRun::DryRun(const Executor& executor) : executor_(executor) {
  const program::Program& program = executor.program();
  if (executor.rank() != program.input_rank) return;
  frame_ = Tensor(program.graph.layers().front().output);
  std::fill(frame_.span().begin(), frame_.span().end(), filling);
}

void DryRun::run(const std::function<void(FrameExecution& execution)>& compute) const {
  FrameExecution execution(executor_, frame_.span().empty() ? nullptr : &frame_);
  for (const Step& step : executor_.program().of(executor_.rank())) {
    if (computes(step)) {
      compute(execution);
      continue;
    }
    execution.step();
    if (!is_exchange(step)) continue;
    const program::Program& program = executor_.program();
    const program::TransferId transfer = transfer_of(step);
    fill(execution.target(transfer),
         zeros_every(program.graph, program[program[transfer].from].layer));
  }
}

void learn(Throttle& steps, const Executor& executor) {
  const DryRun dry_run(executor);
  const Seconds begin = comm::wall_time();
  for (int i = 0; i < most_walks && comm::wall_time() - begin < long_walks; ++i) {
    dry_run.run([&](FrameExecution& execution) {
      const std::size_t number = execution.next();
      steps.begin();
      execution.step();
      steps.learn(number);
    });
  }
}

}  // namespace shoal::runtime
