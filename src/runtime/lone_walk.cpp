#include "runtime/lone_walk.hpp"

#include <algorithm>

#include "shoal/comm/communicator.hpp"

namespace shoal::runtime {
namespace {

using program::Step;

/// Stands for activations that came from other ranks, and for pixels.
constexpr float filling = 0.5F;

/// So often a step is looked at, unless it takes long: then it is no shorter another time.
constexpr int most_walks = 10;
constexpr Seconds long_walks = 5;

program::TransferId transfer_of(const Step& exchange) {
  if (const auto* transfer = std::get_if<program::Transfer>(&exchange)) return transfer->id;
  if (const auto* send = std::get_if<program::Send>(&exchange)) return send->id;
  return std::get<program::Receive>(exchange).id;
}

bool computes(const Step& step) {
  return std::holds_alternative<program::Compute>(step) ||
         std::holds_alternative<program::Finish>(step);
}

}  // namespace

LoneWalk::LoneWalk(const Executor& executor) : executor_(executor) {
  const program::Program& program = executor.program();
  if (executor.rank() != program.input_rank) return;
  frame_ = Tensor(program.graph.layers().front().output);
  std::fill(frame_.span().begin(), frame_.span().end(), filling);
}

void LoneWalk::walk(const std::function<void(Walk& walk)>& compute) const {
  Walk walk(executor_, frame_.span().empty() ? nullptr : &frame_);
  for (const Step& step : executor_.program().of(executor_.rank())) {
    if (computes(step)) {
      compute(walk);
      continue;
    }
    walk.step();
    if (!is_exchange(step)) continue;
    const View arrived = walk.target(transfer_of(step));
    std::fill_n(arrived.data(), arrived.shape().volume(), filling);
  }
}

void learn(StretchedSteps& steps, const Executor& executor) {
  const LoneWalk alone(executor);
  const Seconds begin = comm::wall_time();
  for (int i = 0; i < most_walks && comm::wall_time() - begin < long_walks; ++i) {
    alone.walk([&](Walk& walk) {
      const std::size_t number = walk.next();
      steps.begin();
      walk.step();
      steps.learn(number);
    });
  }
}

}  // namespace shoal::runtime
