#include "planner/timeline.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <stdexcept>

namespace shoal::planner {
namespace {

using program::Compute;
using program::Finish;
using program::Program;
using program::Receive;
using program::Send;
using program::Step;
using program::Transfer;
using program::TransferId;

constexpr Seconds never = std::numeric_limits<Seconds>::infinity();

/// What of a transfer a rank waits for.
struct Arrival {
  std::size_t missing = 0;  ///< messages that have not been sent
  Seconds at = 0;           ///< when the latest of those that have been is there
};

/// A frame on its way through all ranks.
struct Passage {
  const Program* program = nullptr;
  std::vector<std::map<Rank, Arrival>> arrivals;  ///< by transfer
  bool computed = false;                          ///< on the output rank
  Seconds computed_at = 0;
};

class Player {
 public:
  Player(const plan::Plan& plan, const std::vector<Program>& lanes, Estimator& estimator,
         const std::vector<Seconds>& paging)
      : lanes_(lanes),
        estimator_(estimator),
        paging_(paging),
        credits_(plan::credits(plan)),
        input_(plan.input_rank),
        output_(plan.output_rank),
        ranks_(static_cast<std::size_t>(plan.ranks)),
        durations_(lanes.size()),
        lines_(lanes.size()) {
    for (std::size_t i = 0; i < lanes.size(); ++i) time_steps(i);
  }

  FrameTimes play(std::size_t frames) && {
    times_.admitted.assign(frames, never);
    times_.answered.assign(frames, never);
    for (std::size_t frame = 0; frame < std::min(credits_, frames); ++frame) {
      times_.admitted[frame] = 0;
    }
    for (std::size_t frame = 0; frame < frames; ++frame) passages_.push_back(passage(frame));
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
  };

  Seat& seat(Rank rank) { return ranks_[static_cast<std::size_t>(rank.value)]; }
  [[nodiscard]] std::size_t lane(std::size_t frame) const { return frame % lanes_.size(); }
  [[nodiscard]] const program::Lines& lines(std::size_t frame, Rank rank) const {
    return lines_[lane(frame)][static_cast<std::size_t>(rank.value)];
  }

  void time_steps(std::size_t lane) {
    const Program& program = lanes_[lane];
    durations_[lane].resize(program.steps.size());
    for (int rank = 0; rank < program.ranks(); ++rank) {
      lines_[lane].push_back(program::lines(program, {rank}));
      for (const Step& step : program.of({rank})) {
        Seconds seconds = 0;
        if (const auto* compute = std::get_if<Compute>(&step)) {
          seconds = estimator_.computing({rank}, program.graph, compute->layer,
                                         compute->inputs.front().box, compute->box);
        } else if (const auto* finish = std::get_if<Finish>(&step)) {
          seconds = estimator_.finishing({rank}, program.graph, finish->layer, finish->box);
        }
        durations_[lane][static_cast<std::size_t>(rank)].push_back(seconds);
      }
    }
  }

  Passage passage(std::size_t frame) {
    Passage result;
    result.program = &lanes_[lane(frame)];
    result.arrivals.resize(result.program->transfers.size());
    for (std::size_t i = 0; i < result.arrivals.size(); ++i) {
      for (const split::Move& move : result.program->transfers[i].redistribution.moves) {
        ++result.arrivals[i][move.to].missing;
      }
    }
    return result;
  }

  /// Does what comes next in time, if anything can.
  bool advance() {
    Seconds soonest = never;
    Rank next;
    for (int rank = 0; rank < static_cast<int>(ranks_.size()); ++rank) {
      const Seconds start = start_of({rank});
      if (start >= soonest) continue;
      soonest = start;
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
    const Program& program = *passages_[frame].program;
    for (std::size_t i = 0; i < lines(frame, input_).compute; ++i) {
      if (const auto* send = std::get_if<Send>(&program.of(input_)[i])) {
        dispatch(frame, send->id, input_, times_.admitted[frame]);
      }
    }
    find_answer(frame, times_.admitted[frame]);
  }

  /// When a rank can take its next step; never while it waits for what has no time yet.
  Seconds start_of(Rank rank) {
    Seat& at = seat(rank);
    skip(rank);
    if (at.frame >= next_frame_) return never;
    const Seconds ready = std::max(at.clock, times_.admitted[at.frame]);
    const Step& step = step_of(rank);
    if (const auto* receive = std::get_if<Receive>(&step)) {
      const auto& arrivals = passages_[at.frame].arrivals[receive->id.value];
      const auto arrival = arrivals.find(rank);
      if (arrival == arrivals.end()) return ready;
      if (arrival->second.missing > 0) return never;
      return std::max(ready, arrival->second.at);
    }
    if (const auto* transfer = std::get_if<Transfer>(&step)) return meeting(at.frame, transfer->id);
    return ready;
  }

  const Step& step_of(Rank rank) {
    const Seat& at = seat(rank);
    return passages_[at.frame].program->of(rank)[at.step];
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
    for (const Rank rank :
         passages_[frame].program->transfers[id.value].redistribution.participants()) {
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
    const Step& step = step_of(rank);
    if (const auto* transfer = std::get_if<Transfer>(&step)) {
      const auto& moved = (*passages_[at.frame].program)[transfer->id].redistribution;
      const Seconds end = start + estimator_.transferring(moved);
      for (const Rank other : moved.participants()) go_on(other, end);
      return;
    }
    const Seconds seconds =
        durations_[lane(at.frame)][static_cast<std::size_t>(rank.value)][at.step];
    if (const auto* send = std::get_if<Send>(&step)) dispatch(at.frame, send->id, rank, start);
    go_on(rank, start + seconds);
  }

  void go_on(Rank rank, Seconds clock) {
    Seat& at = seat(rank);
    at.clock = clock;
    if (!at.begun) at.clock += paging_[static_cast<std::size_t>(rank.value)];
    at.begun = true;
    ++at.step;
  }

  /// One message after the other on each line.
  void dispatch(std::size_t frame, TransferId id, Rank from, Seconds start) {
    Passage& passage = passages_[frame];
    const split::Redistribution& moved = (*passage.program)[id].redistribution;
    for (const split::Move& move : moved.moves) {
      if (!(move.from == from)) continue;
      const profile::Link& link = estimator_.profile().network.between(move.from, move.to);
      const Seconds begin =
          std::max({start, seat(move.from).sending_until, seat(move.to).receiving_until});
      const Seconds end = begin + static_cast<double>(moved.bytes_of(move)) / link.bytes_per_second;
      seat(move.from).sending_until = end;
      seat(move.to).receiving_until = end;
      Arrival& arrival = passage.arrivals[id.value].at(move.to);
      --arrival.missing;
      arrival.at = std::max(arrival.at, end + link.latency);
      if (move.to == output_) find_answer(frame, arrival.at);
    }
  }

  /// The answer is there when its rank has computed all that it does and got the rest.
  void find_answer(std::size_t frame, Seconds now) {
    Passage& passage = passages_[frame];
    if (!passage.computed || times_.answered[frame] != never) return;
    Seconds at = passage.computed_at;
    for (std::size_t i = lines(frame, output_).answer; i < passage.program->of(output_).size();
         ++i) {
      const auto* receive = std::get_if<Receive>(&passage.program->of(output_)[i]);
      if (receive == nullptr) continue;
      const auto& arrivals = passage.arrivals[receive->id.value];
      const auto arrival = arrivals.find(output_);
      if (arrival == arrivals.end()) continue;
      if (arrival->second.missing > 0) return;
      at = std::max(at, arrival->second.at);
    }
    times_.answered[frame] = at;
    const std::size_t next = frame + credits_;
    if (next < times_.admitted.size()) times_.admitted[next] = std::max(at, now);
  }

  const std::vector<Program>& lanes_;
  Estimator& estimator_;
  const std::vector<Seconds>& paging_;
  std::size_t credits_;
  Rank input_;
  Rank output_;
  std::vector<Seat> ranks_;
  std::vector<std::vector<std::vector<Seconds>>> durations_;  ///< [lane][rank][step]
  std::vector<std::vector<program::Lines>> lines_;            ///< [lane][rank]
  std::vector<Passage> passages_;
  FrameTimes times_;
  std::size_t next_frame_ = 0;  ///< to be admitted
};

}  // namespace

FrameTimes play(const plan::Plan& plan, const std::vector<Program>& lanes, Estimator& estimator,
                const std::vector<Seconds>& paging, std::size_t frames) {
  return Player(plan, lanes, estimator, paging).play(frames);
}

}  // namespace shoal::planner
