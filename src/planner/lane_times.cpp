#include "planner/lane_times.hpp"

namespace shoal::planner {

using program::Compute;
using program::Finish;
using program::Program;
using program::Step;

LaneTimes times_of(const Program& program, Estimator& estimator) {
  LaneTimes times;
  times.program = &program;
  for (int rank = 0; rank < program.ranks(); ++rank) {
    times.lines.push_back(program::lines(program, {rank}));
    std::vector<Seconds>& durations = times.durations.emplace_back();
    for (const Step& step : program.of({rank})) {
      Seconds seconds = 0;
      if (const auto* compute = std::get_if<Compute>(&step)) {
        seconds = estimator.computing({rank}, program.graph, compute->layer,
                                      compute->inputs.front().box, compute->box);
      } else if (const auto* finish = std::get_if<Finish>(&step)) {
        seconds = estimator.finishing({rank}, program.graph, finish->layer, finish->box);
      }
      durations.push_back(seconds);
    }
  }
  const profile::Network& network = estimator.profile().network;
  for (const program::TransferInfo& transfer : program.transfers) {
    const split::Redistribution& moved = transfer.redistribution;
    times.participants.push_back(moved.participants());
    times.transferring.push_back(transfer.by_messages() ? 0 : estimator.transferring(moved));
    auto& sent = times.sent.emplace_back();
    auto& expected = times.expected.emplace_back(program.steps.size());
    for (const split::Move& move : moved.moves) {
      const profile::Link& link = network.between(move.from, move.to);
      const Seconds line = static_cast<double>(moved.bytes_of(move)) / link.bytes_per_second;
      sent[move.from].push_back({move.to, line, link.latency});
      Arrival& arrival = expected[static_cast<std::size_t>(move.to.value)];
      arrival.any = true;
      ++arrival.missing;
    }
  }
  return times;
}

}  // namespace shoal::planner
