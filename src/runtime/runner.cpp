#include "shoal/runtime/runner.hpp"

#include <algorithm>

#include "shoal/base/error.hpp"

namespace shoal::runtime {
namespace {

/// What the input rank tells all others at the beginning of a frame.
enum class Message : std::int64_t { frame, end, failure };

}  // namespace

struct Runner::Announcement {
  Message message = Message::end;
  std::string text;  ///< the label, or what failed
  std::optional<Frame> frame;
};

Runner::Runner(const comm::Communicator& world, const program::Program& program,
               const WeightLoader& load)
    : world_(world),
      program_(program),
      rank_(world.rank()),
      executor_(program, rank_, load),
      timing_(world, program.transfers.size()) {}

void Runner::connect() {
  exchange_.emplace(world_, collective_groups(program_));
}

Runner::Announcement Runner::announce(const FrameSource& source) {
  Announcement announcement;
  if (rank_ == program_.input_rank) {
    try {
      announcement.frame = source();
      if (announcement.frame) {
        announcement.message = Message::frame;
        announcement.text = announcement.frame->label;
      }
    } catch (const Error& error) {
      announcement.message = Message::failure;
      announcement.text = error.what();
    }
  }
  announcement.message = static_cast<Message>(
      world_.broadcast(static_cast<std::int64_t>(announcement.message), program_.input_rank));
  if (announcement.message != Message::end) {
    announcement.text = world_.broadcast(announcement.text, program_.input_rank);
  }
  return announcement;
}

comm::Verdict Runner::run(const FrameSource& source, const AnswerSink& sink,
                          const Observer& observer) {
  while (true) {
    const Announcement next = announce(source);
    if (next.message == Message::failure) return {program_.input_rank, next.text};
    if (next.message == Message::end) break;
    const Seconds start = comm::wall_time();
    const Tensor* frame = next.frame ? &next.frame->tensor : nullptr;
    run_frame(frame);
    if (rank_ == program_.output_rank) {
      sink(next.text, executor_.answer(), comm::wall_time() - start);
    }
    if (observer) show(observer, frame);
  }
  timing_.flush();
  return {};
}

void Runner::show(const Observer& observer, const Tensor* frame) const {
  Tensor answer(program_.graph[program_.graph.output()].output);
  if (rank_ == program_.output_rank) copy(executor_.answer().view(), answer.view());
  world_.broadcast(answer.span(), program_.output_rank);
  observer(frame, answer);
}

void Runner::run_frame(const Tensor* frame) {
  executor_.begin(frame);
  Seconds last = comm::wall_time();
  while (const auto transfer = executor_.advance()) {
    const Seconds computed = comm::wall_time();
    timing_.computed(computed - last);
    exchange_->carry_out(program_[*transfer].redistribution, executor_.source(*transfer),
                         executor_.target(*transfer));
    last = comm::wall_time();
    timing_.transferred(*transfer, last - computed);
  }
  timing_.computed(comm::wall_time() - last);
  timing_.end_frame();
  ++frames_;
}

std::vector<std::vector<Rank>> collective_groups(const program::Program& program) {
  std::vector<std::vector<Rank>> groups;
  for (const program::TransferInfo& transfer : program.transfers) {
    if (!transfer.redistribution.is_collective()) continue;
    std::vector<Rank> group = transfer.redistribution.participants();
    if (std::find(groups.begin(), groups.end(), group) == groups.end()) {
      groups.push_back(std::move(group));
    }
  }
  return groups;
}

}  // namespace shoal::runtime
