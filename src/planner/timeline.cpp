#include "planner/timeline.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "planner/lane_times.hpp"

namespace shoal::planner {
namespace {

using program::Program;
using program::Receive;
using program::Send;
using program::Step;
using program::Transfer;
using program::TransferId;

constexpr Seconds never = std::numeric_limits<Seconds>::infinity();

/// A frame on its way through all ranks.
struct Passage {
  std::vector<std::vector<Arrival>> arrivals;  ///< [transfer][rank]; nothing once it is answered
  bool computed = false;                       ///< on the output rank
  Seconds computed_at = 0;
};

/// A simulation of discrete events: the step that can begin soonest comes next. When a rank's step
/// can begin changes with few others', so that it is worked out again only where one of these
/// events was: its own step, a frame that came in, a message to it, another rank that came to the
/// same transfer. Each step costs its messages and one look at every rank's time.
class Player {
 public:
  Player(const plan::Plan& plan, const std::vector<Program>& lanes, Estimator& estimator,
         const std::vector<Seconds>& paging)
      : paging_(paging),
        credits_(plan::credits(plan)),
        input_(plan.input_rank),
        output_(plan.output_rank),
        ranks_(static_cast<std::size_t>(plan.ranks)) {
    for (const Program& lane : lanes) lanes_.push_back(times_of(lane, estimator));
  }

  FrameTimes play(std::size_t frames) && {
    times_.admitted.assign(frames, never);
    times_.answered.assign(frames, never);
    for (std::size_t frame = 0; frame < std::min(credits_, frames); ++frame) {
      times_.admitted[frame] = 0;
    }
    passages_.resize(frames);
    while (advance()) {
    }
    if (times_.answered.back() == never) throw std::logic_error("frames that are never answered");
    return std::move(times_);
  }

 private:
  struct Seat {
    Seconds clock = 0;
    std::size_t frame = 0;  ///< that it computes, or will
    std::size_t step = 0;
    bool begun = false;
    Seconds sending_until = 0;
    Seconds receiving_until = 0;
    Seconds start = 0;        ///< of its next step, where it is known
    bool is_outdated = true;  ///< `start`
  };

  Seat& seat(Rank rank) { return ranks_[static_cast<std::size_t>(rank.value)]; }
  [[nodiscard]] const LaneTimes& lane(std::size_t frame) const {
    return lanes_[frame % lanes_.size()];
  }
  [[nodiscard]] const Program& program(std::size_t frame) const { return *lane(frame).program; }
  [[nodiscard]] const program::Lines& lines(std::size_t frame, Rank rank) const {
    return lane(frame).lines[static_cast<std::size_t>(rank.value)];
  }
  Arrival& arrival(std::size_t frame, TransferId id, Rank rank) {
    return passages_[frame].arrivals[id.value][static_cast<std::size_t>(rank.value)];
  }

  /// Does what comes next in time, if anything can.
  bool advance() {
    Seconds soonest = never;
    Rank next;
    for (int rank = 0; rank < static_cast<int>(ranks_.size()); ++rank) {
      Seat& at = seat({rank});
      if (at.is_outdated) {
        at.is_outdated = false;
        at.start = start_of({rank});
      }
      if (at.start >= soonest) continue;
      soonest = at.start;
      next = {rank};
    }
    // Asked last: that a rank has nothing to compute may have been all that an answer waited for.
    Seconds admission = never;
    if (next_frame_ < passages_.size()) admission = times_.admitted[next_frame_];
    if (admission == never && soonest == never) return false;
    if (admission <= soonest) {
      admit(next_frame_++);
    } else {
      carry_out(next, soonest);
    }
    return true;
  }

  /// What the input rank does with a frame takes it no time.
  void admit(std::size_t frame) {
    passages_[frame].arrivals = lane(frame).expected;
    forget_passed();
    for (std::size_t i = 0; i < lines(frame, input_).compute; ++i) {
      if (const auto* send = std::get_if<Send>(&program(frame).of(input_)[i])) {
        dispatch(frame, send->id, input_, times_.admitted[frame]);
      }
    }
    find_answer(frame, times_.admitted[frame]);
    for (Seat& at : ranks_) at.is_outdated |= at.frame >= frame;
  }

  /// What arrived for frames that every rank is through with.
  void forget_passed() {
    std::size_t least = next_frame_;
    for (const Seat& at : ranks_) least = std::min(least, at.frame);
    for (; forgotten_ < least; ++forgotten_) passages_[forgotten_].arrivals = {};
  }

  /// When a rank can take its next step; never while it waits for what has no time yet.
  Seconds start_of(Rank rank) {
    Seat& at = seat(rank);
    skip(rank);
    if (at.frame >= next_frame_) return never;
    const Seconds ready = std::max(at.clock, times_.admitted[at.frame]);
    const Step& step = step_of(rank);
    if (const auto* receive = std::get_if<Receive>(&step)) {
      const Arrival& arrived = arrival(at.frame, receive->id, rank);
      if (!arrived.any) return ready;
      if (arrived.missing > 0) return never;
      return std::max(ready, arrived.at);
    }
    if (const auto* transfer = std::get_if<Transfer>(&step)) return meeting(at.frame, transfer->id);
    return ready;
  }

  const Step& step_of(Rank rank) {
    const Seat& at = seat(rank);
    return program(at.frame).of(rank)[at.step];
  }

  /// Goes on to the next frame of which there is anything to compute.
  void skip(Rank rank) {
    Seat& at = seat(rank);
    while (at.frame < next_frame_) {
      if (!at.begun) at.step = lines(at.frame, rank).compute;
      if (at.step < lines(at.frame, rank).answer) return;
      if (rank == output_) {
        passages_[at.frame].computed = true;
        passages_[at.frame].computed_at = std::max(at.clock, times_.admitted[at.frame]);
        find_answer(at.frame, passages_[at.frame].computed_at);
      }
      ++at.frame;
      at.begun = false;
    }
  }

  /// When all participants are there.
  Seconds meeting(std::size_t frame, TransferId id) {
    Seconds start = 0;
    for (const Rank rank : lane(frame).participants[id.value]) {
      skip(rank);
      const Seat& at = seat(rank);
      if (at.frame != frame) return never;
      const auto* transfer = std::get_if<Transfer>(&step_of(rank));
      if (transfer == nullptr || transfer->id != id) return never;
      start = std::max({start, at.clock, times_.admitted[frame]});
    }
    return start;
  }

  void carry_out(Rank rank, Seconds start) {
    Seat& at = seat(rank);
    const LaneTimes& times = lane(at.frame);
    const Step& step = step_of(rank);
    if (const auto* transfer = std::get_if<Transfer>(&step)) {
      const Seconds end = start + times.transferring[transfer->id.value];
      for (const Rank other : times.participants[transfer->id.value]) go_on(other, end);
      return;
    }
    const Seconds seconds = times.durations[static_cast<std::size_t>(rank.value)][at.step];
    if (const auto* send = std::get_if<Send>(&step)) dispatch(at.frame, send->id, rank, start);
    go_on(rank, start + seconds);
  }

  void go_on(Rank rank, Seconds clock) {
    Seat& at = seat(rank);
    at.clock = clock;
    if (!at.begun) at.clock += paging_[static_cast<std::size_t>(rank.value)];
    at.begun = true;
    ++at.step;
    at.is_outdated = true;
    skip(rank);
    if (at.frame >= next_frame_) return;
    // The others may have waited for this one.
    if (const auto* transfer = std::get_if<Transfer>(&step_of(rank))) {
      for (const Rank other : lane(at.frame).participants[transfer->id.value]) {
        seat(other).is_outdated = true;
      }
    }
  }

  /// One message after the other on each line.
  void dispatch(std::size_t frame, TransferId id, Rank from, Seconds start) {
    const auto& sent = lane(frame).sent[id.value];
    const auto messages = sent.find(from);
    if (messages == sent.end()) return;
    for (const Message& message : messages->second) {
      Seat& to = seat(message.to);
      const Seconds begin = std::max({start, seat(from).sending_until, to.receiving_until});
      const Seconds end = begin + message.line;
      seat(from).sending_until = end;
      to.receiving_until = end;
      Arrival& arrived = arrival(frame, id, message.to);
      --arrived.missing;
      arrived.at = std::max(arrived.at, end + message.latency);
      to.is_outdated = true;
      if (message.to == output_) find_answer(frame, arrived.at);
    }
  }

  /// The answer is there when its rank has computed all that it does and got the rest.
  void find_answer(std::size_t frame, Seconds now) {
    Passage& passage = passages_[frame];
    if (!passage.computed || times_.answered[frame] != never) return;
    Seconds at = passage.computed_at;
    const std::vector<Step>& steps = program(frame).of(output_);
    for (std::size_t i = lines(frame, output_).answer; i < steps.size(); ++i) {
      const auto* receive = std::get_if<Receive>(&steps[i]);
      if (receive == nullptr) continue;
      const Arrival& arrived = arrival(frame, receive->id, output_);
      if (!arrived.any) continue;
      if (arrived.missing > 0) return;
      at = std::max(at, arrived.at);
    }
    times_.answered[frame] = at;
    const std::size_t next = frame + credits_;
    if (next < times_.admitted.size()) times_.admitted[next] = std::max(at, now);
  }

  std::vector<LaneTimes> lanes_;
  const std::vector<Seconds>& paging_;
  std::size_t credits_;
  Rank input_;
  Rank output_;
  std::vector<Seat> ranks_;
  std::vector<Passage> passages_;
  FrameTimes times_;
  std::size_t next_frame_ = 0;  ///< to be admitted
  std::size_t forgotten_ = 0;   ///< frames
};

}  // namespace

FrameTimes play(const plan::Plan& plan, const std::vector<Program>& lanes, Estimator& estimator,
                const std::vector<Seconds>& paging, std::size_t frames) {
  return Player(plan, lanes, estimator, paging).play(frames);
}

}  // namespace shoal::planner
