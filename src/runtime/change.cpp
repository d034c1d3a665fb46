#include <exception>
#include <utility>

#include "shoal/base/error.hpp"
#include "shoal/comm/while_waiting.hpp"
#include "shoal/plan/document.hpp"
#include "shoal/program/lanes.hpp"

#include "runtime/control_messages.hpp"
#include "runtime/loop.hpp"

// The loop's part between two frames when the plan changes. All ranks go through it together.
namespace shoal::runtime {

void Runner::Loop::change_plan() {
  end_waiting(comm::wall_time());
  const Seconds begin = comm::wall_time();
  const std::string document = std::move(next_plan_.value());
  next_plan_.reset();
  if (is_input()) send_to_all(std::string(1, static_cast<char>(MessageType::plan)) + document);
  {
    // Messages that start the next frame may be here before this rank has left the last of the
    // votes.
    const comm::WhileWaiting watch(world_, [this] {
      point_to_point_->progress();
      control_->progress();
      if (ends_->tick) ends_->tick();
    });
    move_to(document);
  }
  const Seconds end = comm::wall_time();
  plan_->timing().waited(end - begin);
  if (options_.trace) {
    spans_.push_back({Activity::wait, "new-plan", -1, begin - began_, end - began_});
  }
}

void Runner::Loop::move_to(const std::string& document) {
  plan::Plan plan;
  Lanes lanes;
  const bool compiled = together([&] {
    plan = plan::parse(document, "the new plan", this->lanes().front().graph);
    if (plan.ranks != world_.size() || plan.input_rank != input_rank_ ||
        plan.output_rank != output_rank_) {
      throw Error("the new plan is for {} ranks, input at {} and output at {}, not for {}, {}, {}",
                  plan.ranks, plan.input_rank.value, plan.output_rank.value, world_.size(),
                  input_rank_.value, output_rank_.value);
    }
    lanes = std::make_shared<const std::vector<program::Program>>(
        program::compile_lanes(plan, this->lanes().front().graph));
  });
  if (!compiled || !together([&] { expect_alike(world_, *lanes); })) return;
  replace(std::move(lanes), plan::credits(plan));
  if (!together([&] { load(); })) return;
  plan_->connect(world_);
  if (ends_->moved) ends_->moved({std::move(plan), next_frame_, comm::wall_time() - began_});
}

/// What the old plan alone needs goes before anything of the new one comes.
void Runner::Loop::replace(Lanes lanes, std::size_t credits) {
  plan_->timing().finish(world_);
  const Times so_far = times();
  moved_.sent += plan_->traffic().sent;
  moved_.received += plan_->traffic().received;
  most_in_flight_ = most_in_flight();
  std::set<Shard> wanted;
  for (const program::Program& lane : *lanes) wanted.merge(shards(lane, self_));
  plan_ = std::make_unique<Deployment>(std::move(lanes), credits, so_far);
  weights_.keep(wanted);
}

/// Takes a step that may fail on some ranks. Where it does, the run is over for all.
bool Runner::Loop::together(const std::function<void()>& step) {
  std::string error;
  try {
    step();
  } catch (const std::exception& caught) {
    error = caught.what();
  }
  const comm::Verdict verdict = comm::agree(world_, error);
  if (verdict.error.empty()) return true;
  ended_ = true;
  verdict_ = verdict;
  return false;
}

}  // namespace shoal::runtime
