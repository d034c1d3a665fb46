#include "runtime/loop.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "shoal/base/error.hpp"
#include "shoal/runtime/report.hpp"

#include "runtime/letters.hpp"

namespace shoal::runtime {

using program::Step;

namespace {

/// Between two looks at what has come while there is nothing to do: short beside any network's
/// latency, long enough to leave the core to other ranks of this host.
constexpr std::chrono::microseconds nap(50);

int most_transfers(const std::vector<program::Program>& lanes) {
  std::size_t most = 1;
  for (const program::Program& lane : lanes) most = std::max(most, lane.transfers.size());
  return static_cast<int>(most);
}

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

Runner::Loop::Loop(const comm::Communicator& world, const std::vector<program::Program>& lanes,
                   WeightCache& weights, const Options& options)
    : world_(world),
      lanes_(lanes),
      self_(world.rank()),
      options_(options),
      timing_(lanes),
      dispatcher_(lanes, std::max<std::size_t>(1, options.credits)),
      most_transfers_(most_transfers(lanes)) {
  for (const program::Program& lane : lanes) {
    executors_.push_back(std::make_unique<Executor>(lane, self_, weights, memory_));
  }
}

void Runner::Loop::connect() {
  exchange_.emplace(world_, collective_groups(lanes_));
  courier_.emplace(world_);
  mailbox_.emplace(world_);
}

comm::Traffic Runner::Loop::traffic() const {
  const comm::Traffic& within = exchange_->traffic();
  const comm::Traffic& across = courier_->traffic();
  return {within.sent + across.sent, within.received + across.received};
}

comm::Verdict Runner::Loop::run(const Ends& ends) {
  ends_ = &ends;
  world_.barrier();
  began_ = comm::wall_time();
  while (!ended_ || !flights_.empty() || (is_input() && dispatcher_.in_flight() > 0)) {
    tend();
    if (compute()) continue;
    if (!idle_since_) idle_since_ = comm::wall_time();
    std::this_thread::sleep_for(nap);
  }
  end_idling();
  timing_.finish(world_);
  if (error_.empty()) return {};
  return {lanes_.front().input_rank, error_};
}

void Runner::Loop::tend() {
  courier_->progress();
  mailbox_->progress();
  read_letters();
  if (is_input()) admit();
  if (is_output()) hand_out();
  if (ends_->tick) ends_->tick();
}

void Runner::Loop::read_letters() {
  while (const auto letter = mailbox_->poll()) read_letter(*letter);
}

void Runner::Loop::read_letter(const comm::Letter& letter) {
  const std::string& text = letter.text;
  switch (static_cast<Subject>(text.front())) {
    case Subject::ticket: {
      const auto ticket = runtime::read_letter<Ticket>(text);
      start(ticket.frame, static_cast<std::size_t>(ticket.lane), {}).label =
          text_of_letter<Ticket>(text);
      break;
    }
    case Subject::done: {
      const auto report = runtime::read_letter<FrameReport>(text);
      dispatcher_.done(letter.from, report);
      if (ends_->monitor) ends_->monitor(letter.from, report);
      break;
    }
    case Subject::answer:
      observe(text);
      break;
    case Subject::end:
      ended_ = true;
      error_ = text.substr(1);
      break;
  }
}

void Runner::Loop::admit() {
  while (!ended_ && dispatcher_.has_credit()) {
    Frame frame;
    try {
      const Supply supply = ends_->source(frame);
      if (supply == Supply::later) return;
      if (supply == Supply::end) return end_input("");
    } catch (const Error& error) {
      return end_input(error.what());
    }
    take_in(std::move(frame));
  }
}

void Runner::Loop::take_in(Frame frame) {
  const Number number = next_frame_++;
  const std::size_t lane = dispatcher_.admit(number);
  const Ticket ticket{number, static_cast<std::int64_t>(lane)};
  for (const Rank rank : dispatcher_.members(lane)) {
    if (rank == self_) continue;
    const bool labelled = rank == lanes_.front().output_rank;
    mailbox_->post(rank, write_letter(Subject::ticket, ticket, labelled ? frame.label : ""));
  }
  if (ends_->observer) {
    Tensor& kept = observed_.emplace(number, Tensor(frame.tensor.shape())).first->second;
    copy(frame.tensor.view(), kept.view());
  }
  const std::string label = frame.label;
  Flight& flight = start(number, lane, std::move(frame));
  flight.label = label;
  while (const Step* step = flight.walk.advance(flight.lines.compute)) exchange(flight, *step);
  flight.frame.reset();
}

void Runner::Loop::end_input(const std::string& error) {
  ended_ = true;
  error_ = error;
  for (int rank = 0; rank < world_.size(); ++rank) {
    if (Rank{rank} == self_) continue;
    mailbox_->post({rank}, std::string(1, static_cast<char>(Subject::end)) + error);
  }
}

void Runner::Loop::observe(const std::string& letter) {
  const auto frame = observed_.find(runtime::read_letter<FrameNumber>(letter).frame);
  Tensor answer(lanes_.front().graph[lanes_.front().graph.output()].output);
  std::memcpy(answer.span().data(), letter.data() + 1 + sizeof(FrameNumber),
              answer.span().size_bytes());
  ends_->observer(frame->second, answer);
  observed_.erase(frame);
}

/// A frame's ticket is here: says where what other stages send of it shall be put.
Flight& Runner::Loop::start(Number number, std::size_t lane, std::optional<Frame> frame) {
  const Executor& executor = *executors_[lane];
  Flight& flight =
      flights_.emplace_back(executor, number, static_cast<std::int64_t>(lane), std::move(frame));
  flight.report.began = comm::wall_time() - began_;
  const program::Program& program = lanes_[lane];
  for (const Step& step : program.of(self_)) {
    const auto* receive = std::get_if<program::Receive>(&step);
    if (receive == nullptr) continue;
    flight.arrivals.emplace(
        receive->id, courier_->expect(program[receive->id].redistribution, tag(flight, receive->id),
                                      flight.walk.target(receive->id)));
  }
  return flight;
}

void Runner::Loop::end_idling() {
  if (!idle_since_) return;
  const Seconds now = comm::wall_time();
  timing_.waited(now - *idle_since_);
  if (options_.trace) {
    spans_.push_back({Activity::wait, "idle", -1, *idle_since_ - began_, now - began_});
  }
  idle_since_.reset();
}

bool Runner::Loop::compute() {
  const auto next = std::find_if(flights_.begin(), flights_.end(),
                                 [](const Flight& flight) { return !flight.computed; });
  if (next == flights_.end()) return false;
  end_idling();
  Flight& flight = *next;
  compute(flight);
  flight.computed = true;
  // The output rank's frames end in order, when their answers are handed out.
  if (!is_output()) finish(flight);
  return true;
}

void Runner::Loop::compute(Flight& flight) {
  const std::vector<Step>& steps = lanes_[static_cast<std::size_t>(flight.report.lane)].of(self_);
  while (flight.walk.next() < flight.lines.answer) {
    const Step& next = steps[flight.walk.next()];
    const Seconds begin = comm::wall_time();
    flight.walk.step();
    if (is_exchange(next)) {
      exchange(flight, next);
    } else {
      const Seconds end = comm::wall_time();
      timing_.computed(end - begin);
      flight.report.computing += end - begin;
      keep_span(Activity::compute, flight, next, begin, end);
    }
    tend();
  }
}

void Runner::Loop::exchange(Flight& flight, const Step& step) {
  const auto lane = static_cast<std::size_t>(flight.report.lane);
  const program::Program& program = lanes_[lane];
  const Seconds begin = comm::wall_time();
  if (const auto* transfer = std::get_if<program::Transfer>(&step)) {
    exchange_->carry_out(program[transfer->id].redistribution, flight.walk.source(transfer->id),
                         flight.walk.target(transfer->id));
    const Seconds end = comm::wall_time();
    timing_.transferred(lane, transfer->id, end - begin);
    flight.report.transferring += end - begin;
    keep_span(Activity::transfer, flight, step, begin, end);
  } else if (const auto* send = std::get_if<program::Send>(&step)) {
    courier_->send(program[send->id].redistribution, tag(flight, send->id),
                   flight.walk.source(send->id), flight.walk.target(send->id));
    const Seconds end = comm::wall_time();
    timing_.communicated(end - begin);
    flight.report.transferring += end - begin;
    keep_span(Activity::transfer, flight, step, begin, end);
  } else if (const auto* receive = std::get_if<program::Receive>(&step)) {
    comm::Courier::Arrival& arrival = flight.arrivals.at(receive->id);
    while (!arrival.is_there()) {
      tend();
      std::this_thread::sleep_for(nap);
    }
    const Seconds end = comm::wall_time();
    timing_.waited(end - begin);
    flight.report.waiting += end - begin;
    keep_span(Activity::wait, flight, step, begin, end);
    flight.arrivals.erase(receive->id);
  }
}

/// On the output rank: hands out the answers that are there, in the order of the frames.
void Runner::Loop::hand_out() {
  while (!flights_.empty() && flights_.front().computed) {
    Flight& flight = flights_.front();
    for (auto& [id, arrival] : flight.arrivals) {
      if (!arrival.is_there()) return;
    }
    flight.arrivals.clear();
    while (flight.walk.advance() != nullptr) {
    }
    const Seconds seconds = comm::wall_time() - began_ - flight.report.began;
    ends_->sink(flight.label, flight.walk.answer(), seconds);
    if (ends_->observer) {
      const auto answer = flight.walk.answer().span();
      const std::string bytes(reinterpret_cast<const char*>(answer.data()), answer.size_bytes());
      const std::string letter =
          write_letter(Subject::answer, FrameNumber{flight.report.frame}, bytes);
      if (is_input()) {
        observe(letter);
      } else {
        mailbox_->post(lanes_.front().input_rank, letter);
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
    mailbox_->post(lanes_.front().input_rank, write_letter(Subject::done, report));
    return;
  }
  dispatcher_.done(self_, report);
  if (ends_->monitor) ends_->monitor(self_, report);
}

/// Of so many frames no two in flight have the same tag.
comm::Courier::Tag Runner::Loop::tag(const Flight& flight, program::TransferId transfer) const {
  const std::int64_t frames = courier_->number_of_tags() / most_transfers_;
  return static_cast<int>(flight.report.frame % frames) * most_transfers_ +
         static_cast<int>(transfer.value);
}

void Runner::Loop::keep_span(Activity activity, const Flight& flight, const Step& step,
                             Seconds begin, Seconds end) {
  if (!options_.trace) return;
  const program::Program& program = lanes_[static_cast<std::size_t>(flight.report.lane)];
  spans_.push_back(
      {activity, name_of(program, step), flight.report.frame, begin - began_, end - began_});
}

}  // namespace shoal::runtime
