#include "runtime/loop.hpp"

#include <algorithm>
#include <array>

#include "shoal/comm/while_waiting.hpp"
#include "shoal/kernels/while_computing.hpp"

#include "runtime/control_messages.hpp"

namespace shoal::runtime {
Runner::Loop::Loop(const comm::Communicator& world, Lanes lanes, WeightCache& weights,
                   Options options)
    : world_(world),
      weights_(weights),
      self_(world.rank()),
      input_rank_(lanes->front().input_rank),
      output_rank_(lanes->front().output_rank),
      options_(std::move(options)),
      plan_(std::make_unique<Deployment>(std::move(lanes), options_.credits, Times{})),
      next_frame_(options_.first_frame) {
  load();
}

void Runner::Loop::load() {
  const bool is_slowed = std::any_of(options_.slowdowns.begin(), options_.slowdowns.end(),
                                     [&](const ThrottleSpec& one) {
                                       return one.factor != 1 && one.rank.value_or(self_) == self_;
                                     });
  plan_->load(self_, weights_, *options_.machine, is_slowed);
}

void Runner::Loop::connect() {
  plan_->connect(world_);
  point_to_point_.emplace(world_);
  control_.emplace(world_);
}

comm::Verdict Runner::Loop::run(const Ends& ends) {
  ends_ = &ends;
  world_.barrier();
  began_ = comm::wall_time();
  {
    const comm::WhileWaiting watch(world_, [this] { attend(); });
    std::optional<kernels::WhileComputing> progress;
    if (world_.size() > 1) progress.emplace([this] { move_on(); });
    while (!is_over()) {
      tend();
      if (compute()) continue;
      if (next_plan_ && is_drained()) {
        change_plan();
      } else if (!is_over()) {
        idle();
      }
    }
    end_waiting(comm::wall_time());
  }
  point_to_point_->flush();
  control_->flush();
  plan_->timing().finish(world_);
  return verdict_;
}

bool Runner::Loop::is_over() const {
  return ended_ && is_drained();
}

bool Runner::Loop::is_drained() const {
  return flights_.empty() && unread_.empty() &&
         !(is_input() && plan_->dispatcher().in_flight() > 0);
}

/// An answer that is handed out may give back the credit for the next frame.
void Runner::Loop::tend() {
  attend();
  if (is_output()) hand_out();
  if (is_input()) admit();
}

/// Messages go on while a layer is computed; nobody looks at what comes.
void Runner::Loop::move_on() {
  point_to_point_->progress();
  point_to_point_->let_arrive();
  control_->progress();
}

/// What can be seen to at any time, also in the middle of a transfer.
void Runner::Loop::attend() {
  point_to_point_->progress();
  control_->progress();
  while (const auto message = control_->try_receive()) handle(*message);
  tell_signal();
  if (ends_->tick) ends_->tick();
}

void Runner::Loop::handle(const comm::ControlMessage& message) {
  const std::string& text = message.text;
  switch (static_cast<MessageType>(text.front())) {
    case MessageType::frame_start: {
      const auto frame_start = runtime::decode<FrameStart>(text);
      start(frame_start.frame, frame_start.lane, {}).label = decode_text<FrameStart>(text);
      break;
    }
    case MessageType::failed: {
      const auto failed = runtime::decode<FailedFrame>(text);
      const std::string words = decode_text<FailedFrame>(text);
      unread_.push_back(
          {failed.frame, words.substr(0, failed.label_size), words.substr(failed.label_size)});
      break;
    }
    case MessageType::done: {
      const auto report = runtime::decode<FrameReport>(text);
      plan_->dispatcher().done(message.from, report);
      if (ends_->monitor) ends_->monitor(message.from, report);
      break;
    }
    case MessageType::answer:
      observe(text);
      break;
    case MessageType::plan:
      next_plan_ = text.substr(1);
      break;
    case MessageType::stop:
      if (stopped_by_ == 0) stopped_by_ = runtime::decode<Signal>(text).number;
      break;
    case MessageType::end:
      ended_ = true;
      stopped_by_ = runtime::decode<Signal>(text).number;
      verdict_ = {message.from, decode_text<Signal>(text)};
      break;
  }
}

/// The input rank ends the input, whichever rank was asked to.
void Runner::Loop::tell_signal() {
  if (is_signal_told_ || !ends_->stopped_by) return;
  const Signal signal{ends_->stopped_by()};
  if (signal.number == 0) return;
  is_signal_told_ = true;
  if (!is_input()) {
    control_->send(input_rank_, encode(MessageType::stop, signal));
  } else if (stopped_by_ == 0) {
    stopped_by_ = signal.number;
  }
}

void Runner::Loop::send_to_all(const std::string& message) {
  for (int rank = 0; rank < world_.size(); ++rank) {
    if (Rank{rank} != self_) control_->send({rank}, message);
  }
}

void Runner::Loop::idle() {
  if (!waiting_) waiting_ = {comm::wall_time(), "idle", nullptr};
  rest(nullptr);
}

/// Lets time pass until there may be something to see to, or more of an arrival.
void Runner::Loop::rest(comm::PointToPoint::PendingReceive* arrival) {
  const std::array arrivals = {arrival, missing_of_answer()};
  point_to_point_->rest(arrivals, waiting_ ? comm::wall_time() - waiting_->since : 0);
}

void Runner::Loop::end_waiting(Seconds now) {
  if (!waiting_) return;
  FrameReport* const report = waiting_->report;
  plan_->timing().waited(now - waiting_->since);
  if (report != nullptr) report->waiting += now - waiting_->since;
  keep_span(Activity::wait, waiting_->name, report != nullptr ? report->frame : -1, waiting_->since,
            now);
  waiting_.reset();
}

comm::Traffic Runner::Loop::traffic() const {
  const comm::Traffic within = plan_->traffic();
  const comm::Traffic& across = point_to_point_->traffic();
  return {moved_.sent + within.sent + across.sent,
          moved_.received + within.received + across.received};
}

std::size_t Runner::Loop::most_in_flight() const {
  return std::max(most_in_flight_, plan_->dispatcher().most_in_flight());
}

}  // namespace shoal::runtime
