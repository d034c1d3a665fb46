#include "runtime/loop.hpp"

#include <algorithm>
#include <array>

#include "shoal/comm/while_waiting.hpp"
#include "shoal/kernels/while_computing.hpp"

#include "runtime/letters.hpp"

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
  const bool is_slowed = std::any_of(
      options_.slowdowns.begin(), options_.slowdowns.end(),
      [&](const Slowdown& one) { return one.factor != 1 && one.rank.value_or(self_) == self_; });
  plan_->load(self_, weights_, *options_.machine, is_slowed);
}

void Runner::Loop::connect() {
  plan_->connect(world_);
  courier_.emplace(world_);
  mailbox_.emplace(world_);
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
  courier_->flush();
  mailbox_->flush();
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
  courier_->progress();
  courier_->let_arrive();
  mailbox_->progress();
}

/// What can be seen to at any time, also in the middle of a transfer.
void Runner::Loop::attend() {
  courier_->progress();
  mailbox_->progress();
  while (const auto letter = mailbox_->poll()) read_letter(*letter);
  tell_signal();
  if (ends_->tick) ends_->tick();
}

void Runner::Loop::read_letter(const comm::Letter& letter) {
  const std::string& text = letter.text;
  switch (static_cast<Subject>(text.front())) {
    case Subject::ticket: {
      const auto ticket = runtime::read_letter<Ticket>(text);
      start(ticket.frame, ticket.lane, {}).label = text_of_letter<Ticket>(text);
      break;
    }
    case Subject::failed: {
      const auto failed = runtime::read_letter<FailedFrame>(text);
      const std::string words = text_of_letter<FailedFrame>(text);
      unread_.push_back(
          {failed.frame, words.substr(0, failed.label_size), words.substr(failed.label_size)});
      break;
    }
    case Subject::done: {
      const auto report = runtime::read_letter<FrameReport>(text);
      plan_->dispatcher().done(letter.from, report);
      if (ends_->monitor) ends_->monitor(letter.from, report);
      break;
    }
    case Subject::answer:
      observe(text);
      break;
    case Subject::plan:
      next_plan_ = text.substr(1);
      break;
    case Subject::stop:
      if (stopped_by_ == 0) stopped_by_ = runtime::read_letter<Signal>(text).number;
      break;
    case Subject::end:
      ended_ = true;
      stopped_by_ = runtime::read_letter<Signal>(text).number;
      verdict_ = {letter.from, text_of_letter<Signal>(text)};
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
    mailbox_->post(input_rank_, write_letter(Subject::stop, signal));
  } else if (stopped_by_ == 0) {
    stopped_by_ = signal.number;
  }
}

void Runner::Loop::post_to_all(const std::string& letter) {
  for (int rank = 0; rank < world_.size(); ++rank) {
    if (Rank{rank} != self_) mailbox_->post({rank}, letter);
  }
}

void Runner::Loop::idle() {
  if (!waiting_) waiting_ = {comm::wall_time(), "idle", nullptr};
  rest(nullptr);
}

/// Lets time pass until there may be something to see to, or more of an arrival.
void Runner::Loop::rest(comm::Courier::Arrival* arrival) {
  const std::array arrivals = {arrival, missing_of_answer()};
  courier_->rest(arrivals, waiting_ ? comm::wall_time() - waiting_->since : 0);
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
  const comm::Traffic& across = courier_->traffic();
  return {moved_.sent + within.sent + across.sent,
          moved_.received + within.received + across.received};
}

std::size_t Runner::Loop::most_in_flight() const {
  return std::max(most_in_flight_, plan_->dispatcher().most_in_flight());
}

}  // namespace shoal::runtime
