#include <algorithm>

#include "runtime/control_messages.hpp"
#include "runtime/loop.hpp"

// The loop's part that is a frame's way through a rank.
namespace shoal::runtime {

using program::Step;

namespace {

const std::string& name_of(const program::Program& program, const Step& step) {
  const auto layer_of = [&](program::TransferId id) { return program[program[id].from].layer; };
  graph::LayerId layer;
  if (const auto* compute = std::get_if<program::Compute>(&step)) layer = compute->layer;
  if (const auto* finish = std::get_if<program::Finish>(&step)) layer = finish->layer;
  if (const auto* transfer = std::get_if<program::Transfer>(&step)) layer = layer_of(transfer->id);
  if (const auto* send = std::get_if<program::Send>(&step)) layer = layer_of(send->id);
  if (const auto* receive = std::get_if<program::Receive>(&step)) layer = layer_of(receive->id);
  return program.graph[layer].name;
}

}  // namespace

/// A frame has started: says where what other stages send of it shall be put.
Flight& Runner::Loop::start(Number number, Number lane, std::optional<Frame> frame) {
  Flight& flight = flights_.emplace_back(plan_->executor(lane), number, lane, std::move(frame));
  flight.report.began = comm::wall_time() - began_;
  const program::Program& program = plan_->lane(lane);
  for (const Step& step : program.of(self_)) {
    const auto* receive = std::get_if<program::Receive>(&step);
    if (receive == nullptr) continue;
    flight.arrivals.emplace(
        receive->id,
        point_to_point_->expect(program[receive->id].redistribution, tag(flight, receive->id),
                                flight.execution.target(receive->id)));
  }
  return flight;
}

bool Runner::Loop::compute() {
  const auto next = std::find_if(flights_.begin(), flights_.end(),
                                 [](const Flight& flight) { return !flight.computed; });
  if (next == flights_.end()) return false;
  end_waiting(comm::wall_time());
  Flight& flight = *next;
  compute(flight);
  flight.computed = true;
  // The output rank's frames end in order, when their answers are handed out.
  if (!is_output()) finish(flight);
  return true;
}

void Runner::Loop::compute(Flight& flight) {
  const program::Program& program = plan_->lane(flight.report.lane);
  const std::vector<Step>& steps = program.of(self_);
  while (flight.execution.next() < flight.lines.answer) {
    const Step& next = steps[flight.execution.next()];
    const Seconds begin = comm::wall_time();
    const std::size_t number = flight.execution.next();
    Throttle& throttle = plan_->throttle(flight.report.lane);
    throttle.begin();
    flight.execution.step();
    if (is_exchange(next)) {
      exchange(flight, next);
    } else if (!std::holds_alternative<program::Release>(next)) {
      throttle.end(number, slowness(options_.slowdowns, self_, flight.report.frame),
                   [this] { move_on(); });
      const Seconds end = comm::wall_time();
      plan_->timing().computed(end - begin);
      flight.report.computing += end - begin;
      keep_span(Activity::compute, name_of(program, next), flight.report.frame, begin, end);
    }
    tend();
  }
}

void Runner::Loop::exchange(Flight& flight, const Step& step) {
  const program::Program& program = plan_->lane(flight.report.lane);
  const std::string& name = name_of(program, step);
  const Seconds begin = comm::wall_time();
  if (const auto* receive = std::get_if<program::Receive>(&step)) {
    comm::PointToPoint::PendingReceive& arrival = flight.arrivals.at(receive->id);
    waiting_ = {begin, name, &flight.report};
    while (!arrival.is_there()) {
      tend();
      rest(&arrival);
    }
    end_waiting(comm::wall_time());
    flight.arrivals.erase(receive->id);
    return;
  }
  std::optional<Waiting> interrupted = waiting_;
  end_waiting(begin);
  if (const auto* transfer = std::get_if<program::Transfer>(&step)) {
    plan_->exchange().carry_out(program[transfer->id].redistribution,
                                flight.execution.source(transfer->id),
                                flight.execution.target(transfer->id));
    plan_->timing().transferred(static_cast<std::size_t>(flight.report.lane), transfer->id,
                                comm::wall_time() - begin);
  } else if (const auto* send = std::get_if<program::Send>(&step)) {
    point_to_point_->send(program[send->id].redistribution, tag(flight, send->id),
                          flight.execution.source(send->id), flight.execution.target(send->id));
    plan_->timing().communicated(comm::wall_time() - begin);
  }
  const Seconds end = comm::wall_time();
  flight.report.transferring += end - begin;
  keep_span(Activity::transfer, name, flight.report.frame, begin, end);
  if (interrupted) interrupted->since = end;
  waiting_ = std::move(interrupted);
}

/// On the output rank: what has not come of the answer that is to be handed out next; null where
/// nothing is missing.
comm::PointToPoint::PendingReceive* Runner::Loop::missing_of_answer() {
  if (!is_output() || flights_.empty() || !flights_.front().computed) return nullptr;
  for (auto& [id, arrival] : flights_.front().arrivals) {
    if (!arrival.is_there()) return &arrival;
  }
  return nullptr;
}

/// On the output rank: says of the frames that could not be read, and are next, that they are not.
/// Frames start in order, so that a frame before them is known by now.
void Runner::Loop::hand_out_failed() {
  while (!unread_.empty() &&
         (flights_.empty() || unread_.front().number < flights_.front().report.frame)) {
    const UnreadFrame unread = std::move(unread_.front());
    unread_.pop_front();
    ends_->failed(unread.label, unread.error);
  }
}

/// On the output rank: hands out the answers that are there, in the order of the frames.
void Runner::Loop::hand_out() {
  for (hand_out_failed(); !flights_.empty() && flights_.front().computed; hand_out_failed()) {
    Flight& flight = flights_.front();
    if (missing_of_answer() != nullptr) return;
    flight.arrivals.clear();
    while (flight.execution.advance() != nullptr) {
    }
    const Seconds seconds = comm::wall_time() - began_ - flight.report.began;
    ends_->sink(flight.label, flight.execution.answer(), seconds);
    if (ends_->observer) {
      const auto answer = flight.execution.answer().span();
      const std::string bytes(reinterpret_cast<const char*>(answer.data()), answer.size_bytes());
      const std::string message =
          encode(MessageType::answer, FrameNumber{flight.report.frame}, bytes);
      if (is_input()) {
        observe(message);
      } else {
        control_->send(input_rank_, message);
      }
    }
    finish(flight);
  }
}

/// Ends the rank's part of a frame.
void Runner::Loop::finish(Flight& flight) {
  FrameReport report = flight.report;
  report.ended = comm::wall_time() - began_;
  report.peak_memory = peak_memory();
  ++frames_;
  flights_.remove_if([&](const Flight& other) { return &other == &flight; });
  tell_done(report);
}

void Runner::Loop::tell_done(const FrameReport& report) {
  if (!is_input()) {
    control_->send(input_rank_, encode(MessageType::done, report));
    return;
  }
  plan_->dispatcher().done(self_, report);
  if (ends_->monitor) ends_->monitor(self_, report);
}

/// Of so many frames no two in flight have the same tag.
comm::PointToPoint::Tag Runner::Loop::tag(const Flight& flight,
                                          program::TransferId transfer) const {
  const std::int64_t frames = point_to_point_->number_of_tags() / plan_->most_transfers();
  return static_cast<int>(flight.report.frame % frames) * plan_->most_transfers() +
         static_cast<int>(transfer.value);
}

void Runner::Loop::keep_span(Activity activity, const std::string& name, Number frame,
                             Seconds begin, Seconds end) {
  if (options_.trace) spans_.push_back({activity, name, frame, begin - began_, end - began_});
}

}  // namespace shoal::runtime
