#include <fmt/core.h>

#include "shoal/base/error.hpp"
#include "shoal/base/process_age.hpp"
#include "shoal/comm/environment.hpp"
#include "shoal/kernels/threads.hpp"
#include "shoal/profile/document.hpp"
#include "shoal/program/lanes.hpp"
#include "shoal/runtime/heartbeat.hpp"
#include "shoal/runtime/report.hpp"
#include "shoal/runtime/runner.hpp"
#include "shoal/runtime/stop_signal.hpp"
#include "shoal/weights/shard.hpp"

#include "cli/answer_check.hpp"
#include "cli/auto_plan.hpp"
#include "cli/input_options.hpp"
#include "cli/memory_check.hpp"
#include "cli/metrics.hpp"
#include "cli/plan_source.hpp"
#include "cli/plan_text.hpp"
#include "cli/progress.hpp"
#include "cli/replanner.hpp"
#include "cli/run_input.hpp"
#include "cli/run_options.hpp"
#include "cli/run_output.hpp"
#include "cli/run_summary.hpp"
#include "cli/slowdown.hpp"
#include "cli/threads.hpp"
#include "cli/together.hpp"
#include "cli/trace.hpp"
#include "cli/unread_frames.hpp"
#include "cli/verbs.hpp"
#include "cli/verification.hpp"

namespace shoal::cli {
namespace {

/// Bytes per second at which weights come at least, however slow the disk or the network to it.
constexpr double slowest_storage = 2e6;
/// By how much the exit code of a signal is more than its number, as of shells.
constexpr int signal_code = 128;

/// What a slow device may take to make a plan, or to read a large one and to compile it.
constexpr Seconds seconds_to_plan = 30;

/// One run on one rank, in the order in which things happen.
class Job {
 public:
  explicit Job(const comm::Communicator& world) : world_(world) {}

  int run(Arguments arguments) {
    startup_.joined = process_age();
    together(world_, [&] {
      options_ = parse_run_options(arguments);
      expect_ranks(options_.slowdowns, world_.size());
    });
    if (options_.patience > 0) heartbeat_.emplace(world_, Rank{0}, options_.patience);
    starting_.reset();
    plan();
    startup_.planned = process_age();
    open_output();
    if (output_->is_complete()) {
      if (heartbeat_) heartbeat_->stop();
      return 0;
    }
    const bool verifies = options_.verify && is_input_rank();
    check_memory_of_hosts(world_, *lanes_, options_.weights,
                          verifies ? bytes_to_verify(planned_->lowered) : 0);
    threads_.emplace(threads_of_rank(options_.threads, ranks_on_host_));
    threads_->run([&] {
      together(world_, [&] { load(); });
      runner_->connect();
      compute();
    });
    report();
    if (!options_.trace.empty()) {
      together(world_, [&] { write_trace(options_.trace, world_, runner_->spans()); });
    }
    const int code =
        exit_code(world_, planned_->plan.input_rank, input_ ? &input_->unread() : nullptr);
    if (heartbeat_) heartbeat_->stop();
    return runner_->stopped_by() != 0 ? signal_code + runner_->stopped_by() : code;
  }

  /// Where the run does not come to its end.
  void leave(const std::string& error) {
    if (output_) output_->leave(error.empty() ? reason_ : error);
  }

 private:
  [[nodiscard]] bool is_input_rank() const { return world_.rank() == planned_->plan.input_rank; }

  void plan() {
    std::string document;
    std::string name = options_.plan;
    if (plans_itself(options_, world_.size())) {
      name = "--split auto";
      const ChosenPlan chosen = choose_plan(world_, options_, ranks_on_host_, [this] {
        if (heartbeat_) heartbeat_->announce_silence(seconds_to_plan);
      });
      document = chosen.document;
      say(chosen.text);
    } else {
      together(world_, [&] {
        if (world_.rank() == Rank{0} && !options_.plan.empty()) document = read_text(options_.plan);
      });
    }
    document = world_.broadcast(document, Rank{0});
    together(world_, [&] {
      if (heartbeat_) heartbeat_->announce_silence(seconds_to_plan);
      planned_.emplace(make_plan({options_.model, document, name, options_.split,
                                  options_.weights_dtype, options_.wire, world_.size()}));
      give_ranks(planned_->plan, world_.size(), options_.plan);
      if (options_.in_flight > 0) planned_->plan.in_flight = options_.in_flight;
      lanes_ = std::make_shared<const std::vector<program::Program>>(
          program::compile_lanes(planned_->plan, planned_->lowered));
      // A rank that is stopped from here on has no more time than any other.
      if (heartbeat_) heartbeat_->announce_silence(0);
    });
    together(world_, [&] { runtime::expect_alike(world_, *lanes_); });
    say(idle_text(planned_->plan));
  }

  /// Once for the job, beside the answers.
  void say(const std::string& text) const {
    if (world_.rank() != Rank{0} || options_.quiet || text.empty()) return;
    fmt::print(stderr, "shoal: {}\n", text);
  }

  /// Before anything that takes long.
  void open_output() {
    const Shape& answer = planned_->lowered[planned_->lowered.output()].output;
    output_.emplace(
        world_, planned_->plan.output_rank,
        Answers::Options{options_.output, options_.labels,
                         static_cast<std::size_t>(answer.volume()), options_.top, options_.resume});
  }

  void load() {
    if (is_input_rank()) {
      const Index frames = planned_->lowered.layers().front().output[Axis::depth];
      expect_effect(options_.given,
                    {options_.input, media::input_kind(options_.input), frames > 1});
    }
    store_.emplace(weights::file_of_rank(options_.weights, world_.rank()),
                   options_.allow_nan ? weights::NotFinite::allow : weights::NotFinite::refuse,
                   [this](Bytes bytes) {
                     if (heartbeat_)
                       heartbeat_->announce_silence(static_cast<double>(bytes) / slowest_storage);
                   });
    store_->check(planned_->model.graph);
    const auto load = [this](graph::LayerId layer, Range inputs, Range outputs) {
      return store_->load(planned_->lowered, layer, inputs, outputs);
    };
    held_.emplace(load, options_.exact ? 0 : spare_memory(*lanes_, world_.rank(), ranks_on_host_));
    runner_.emplace(
        world_, lanes_, *held_,
        runtime::Runner::Options{.credits = plan::credits(planned_->plan),
                                 .trace = !options_.trace.empty(),
                                 .first_frame = static_cast<std::int64_t>(output_->resumed()),
                                 .slowdowns = options_.slowdowns});
    startup_.loaded = process_age();
    if (is_input_rank()) {
      open_input();
      if (!options_.metrics.empty()) {
        metrics_.emplace(options_.metrics, planned_->plan, options_.resume);
      }
      if (options_.verify) verify();
      if (options_.replan) watch();
    }
  }

  void verify() {
    verification_.emplace(
        planned_->lowered,
        [this](const graph::Graph& lowered, graph::LayerId layer, Range inputs, Range outputs) {
          return store_->load(lowered, layer, inputs, outputs);
        },
        [this] { tick(); });
  }

  void tick() {
    if (heartbeat_) heartbeat_->tick();
  }

  /// On the input rank.
  void watch() {
    const profile::Profile profile = profile::parse(read_text(options_.profile), options_.profile)
                                         .of_size(static_cast<std::size_t>(world_.size()));
    replanner_.emplace(planned_->lowered, planned_->plan, profile, options_.replan_after,
                       options_.in_flight, comm::wall_time());
  }

  void open_input() {
    const Shape& frame = planned_->lowered.layers().front().output;
    input_.emplace(options_, source_options(options_, frame, planned_->model.preprocessing),
                   output_->resumed(), output_->last_label());
  }

  runtime::Ends ends(Progress& progress) {
    runtime::Ends ends;
    ends.source = [this](runtime::Frame& frame) { return input_->next(frame); };
    ends.stopped_by = [this] { return stop_.number(); };
    ends.sink = [this, &progress](const std::string& label, const Tensor& answer, Seconds seconds) {
      if (startup_.answered == 0) startup_.answered = process_age();
      if (!options_.allow_nan) expect_finite(label, answer);
      if (options_.output.empty()) progress.clear();
      output_->write(label, answer, seconds);
    };
    ends.failed = [this](const std::string& label, const std::string& error) {
      output_->write_error(label, error);
    };
    ends.monitor = [this, &progress](Rank rank, const runtime::FrameReport& report) {
      progress.report(rank, report);
      if (metrics_) metrics_->report(rank, report);
      if (replanner_) replanner_->report(rank, report, comm::wall_time());
    };
    if (options_.verify) {
      ends.observer = [this](const Tensor& frame, const Tensor& answer) {
        verification_->compare(frame, answer);
      };
    }
    if (replanner_) ends.replan = [this, &progress] { return next_plan(progress); };
    ends.moved = [this, &progress](const runtime::PlanChange& change) {
      planned_->plan = change.plan;
      if (replanner_) tell(replanner_->moved(change, comm::wall_time()), progress);
    };
    ends.tick = [this] {
      output_->tend(stop_.number());
      tick();
    };
    return ends;
  }

  std::optional<std::string> next_plan(const Progress& progress) {
    if (stop_.number() != 0) return std::nullopt;
    try {
      return replanner_->next(comm::wall_time());
    } catch (const Error& error) {
      progress.say(fmt::format("shoal: goes on by the old plan: {}", error.what()));
      return std::nullopt;
    }
  }

  void tell(const Replanned& change, const Progress& progress) {
    progress.say("shoal: " + to_text(change));
    if (metrics_) metrics_->report(change);
  }

  void compute() {
    Progress progress(is_input_rank() && !options_.quiet, planned_->plan.output_rank,
                      input_ ? input_->count() : std::nullopt, options_.output.empty());
    const comm::Verdict verdict = runner_->run(ends(progress));
    if (!verdict.error.empty()) {
      if (verdict.rank == world_.rank()) fmt::print(stderr, "shoal: {}\n", verdict.error);
      reason_ = verdict.error;
      throw Failed{};
    }
    together(world_, [&] { output_->finish(runner_->stopped_by()); });
  }

  void report() {
    runtime::RankReport own = runtime::report(world_.rank(), *runner_, *held_);
    own.startup = startup_;
    const auto reports = runtime::gather(world_, own);
    together(world_, [&] {
      if (metrics_) metrics_->finish(reports, runner_->stopped_by() == 0);
    });
    if (verification_) fmt::print("{}", verification_->text());
    together(world_, [&] {
      if (!verification_) return;
      verification_->expect_within(options_.tolerance.value_or(default_tolerance(planned_->plan)));
    });
    if (world_.rank() != Rank{0} || options_.quiet) return;
    fmt::print("{}", run_summary(planned_->lowered.name(), reports, planned_->plan.input_rank,
                                 planned_->plan.output_rank));
  }

  const comm::Communicator& world_;
  std::optional<comm::StartWatch> starting_{std::in_place};
  int ranks_on_host_ = world_.on_host().members;
  RunOptions options_;
  runtime::Startup startup_;
  std::optional<kernels::Threads> threads_;
  std::optional<PlannedModel> planned_;
  runtime::Lanes lanes_;
  std::optional<weights::Store> store_;
  std::optional<runtime::Heartbeat> heartbeat_;
  std::optional<runtime::WeightCache> held_;
  std::optional<runtime::Runner> runner_;
  std::optional<Verification> verification_;
  std::optional<RunInput> input_;  ///< on the input rank
  std::optional<Metrics> metrics_;
  std::optional<Replanner> replanner_;
  std::optional<RunOutput> output_;
  std::string reason_;  ///< why the run ends early
  runtime::StopSignal stop_;
};

}  // namespace

int run_run(Arguments arguments) {
  if (const auto help = run_help(arguments)) {
    fmt::print("{}", *help);
    return 0;
  }
  const comm::Environment environment;
  const comm::Communicator world = comm::Communicator::world();
  Job job(world);
  return run_together(
      world, [&] { return job.run(arguments); },
      [&](const std::string& error) { job.leave(error); });
}

}  // namespace shoal::cli
