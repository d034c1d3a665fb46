#include <cstring>

#include "shoal/base/error.hpp"

#include "runtime/control_messages.hpp"
#include "runtime/loop.hpp"

// The loop's part that only the input rank has: frames come in, plans change.
namespace shoal::runtime {

void Runner::Loop::admit() {
  while (!ended_ && plan_->dispatcher().has_credit()) {
    if (stopped_by_ != 0) return end_input("");
    ask_for_plan();
    if (next_plan_) return;
    Frame frame;
    try {
      const Supply supply = ends_->source(frame);
      if (supply == Supply::later) return;
      if (supply == Supply::end) return end_input("");
    } catch (const Error& error) {
      return end_input(error.what());
    }
    // Many in a row need no credits: what else there is to see to must not wait for them.
    if (!frame.error.empty()) return pass_on_failed(frame);
    take_in(std::move(frame));
  }
}

/// A frame that could not be read takes a number, so that the order stays, but no credit and no
/// lane: only the output rank hears of it.
void Runner::Loop::pass_on_failed(const Frame& frame) {
  const Number number = next_frame_++;
  if (is_output()) {
    unread_.push_back({number, frame.label, frame.error});
    return hand_out();
  }
  control_->send(output_rank_, encode(MessageType::failed, FailedFrame{number, frame.label.size()},
                                      frame.label + frame.error));
}

/// Once a plan is wanted no frame comes in any more, until all ranks have moved to it.
void Runner::Loop::ask_for_plan() {
  if (!next_plan_ && ends_->replan) next_plan_ = ends_->replan();
}

void Runner::Loop::take_in(Frame frame) {
  const Number number = next_frame_++;
  const std::size_t lane = plan_->dispatcher().admit(number);
  const FrameStart frame_start{number, static_cast<std::int64_t>(lane)};
  for (const Rank rank : plan_->dispatcher().members(lane)) {
    if (rank == self_) continue;
    const bool labelled = rank == output_rank_;
    control_->send(rank,
                   encode(MessageType::frame_start, frame_start, labelled ? frame.label : ""));
  }
  if (ends_->observer) {
    Tensor& kept = observed_.emplace(number, Tensor(frame.tensor.shape())).first->second;
    copy(frame.tensor.view(), kept.view());
  }
  const std::string label = frame.label;
  Flight& flight = start(number, frame_start.lane, std::move(frame));
  flight.label = label;
  while (const program::Step* step = flight.execution.advance(flight.lines.compute)) {
    exchange(flight, *step);
  }
  flight.frame.reset();
}

void Runner::Loop::end_input(const std::string& error) {
  ended_ = true;
  verdict_ = {self_, error};
  send_to_all(encode(MessageType::end, Signal{stopped_by_}, error));
}

void Runner::Loop::observe(const std::string& message) {
  const auto frame = observed_.find(runtime::decode<FrameNumber>(message).frame);
  const graph::Graph& graph = lanes().front().graph;
  Tensor answer(graph[graph.output()].output);
  std::memcpy(answer.span().data(), message.data() + 1 + sizeof(FrameNumber),
              answer.span().size_bytes());
  ends_->observer(frame->second, answer);
  observed_.erase(frame);
}

}  // namespace shoal::runtime
