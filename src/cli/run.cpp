#include <utility>

#include <fmt/core.h>

#include "shoal/base/error.hpp"
#include "shoal/comm/environment.hpp"
#include "shoal/kernels/blas.hpp"
#include "shoal/program/lanes.hpp"
#include "shoal/runtime/report.hpp"
#include "shoal/runtime/runner.hpp"
#include "shoal/runtime/stop_signal.hpp"
#include "shoal/weights/store.hpp"

#include "cli/answers.hpp"
#include "cli/metrics.hpp"
#include "cli/plan_source.hpp"
#include "cli/progress.hpp"
#include "cli/reader.hpp"
#include "cli/run_options.hpp"
#include "cli/table.hpp"
#include "cli/threads.hpp"
#include "cli/together.hpp"
#include "cli/trace.hpp"
#include "cli/verbs.hpp"
#include "cli/verification.hpp"

namespace shoal::cli {
namespace {

/// One run on one rank, in the order in which things happen.
class Job {
 public:
  explicit Job(const comm::Communicator& world) : world_(world) {}

  int run(Arguments arguments) {
    together(world_, [&] { options_ = parse_run_options(arguments); });
    plan();
    together(world_, [&] { load(); });
    runner_->connect();
    compute();
    report();
    if (!options_.trace.empty()) {
      together(world_, [&] { write_trace(options_.trace, world_, runner_->spans()); });
    }
    return 0;
  }

 private:
  [[nodiscard]] bool is_input_rank() const { return world_.rank() == planned_->plan.input_rank; }
  [[nodiscard]] bool is_output_rank() const { return world_.rank() == planned_->plan.output_rank; }

  void plan() {
    std::string document;
    together(world_, [&] {
      if (world_.rank() == Rank{0} && !options_.plan.empty()) document = read_text(options_.plan);
    });
    document = world_.broadcast(document, Rank{0});
    together(world_, [&] {
      planned_.emplace(
          make_plan(options_.model, document, options_.plan, options_.split, world_.size()));
      if (planned_->plan.ranks > world_.size()) {
        throw Error("{}: the plan is for {} ranks, there are {}; start it with mpirun -n {}",
                    options_.plan, planned_->plan.ranks, world_.size(), planned_->plan.ranks);
      }
      planned_->plan.ranks = world_.size();
      if (options_.in_flight > 0) planned_->plan.in_flight = options_.in_flight;
      lanes_ = program::compile_lanes(planned_->plan, planned_->lowered);
    });
    together(world_, [&] { runtime::expect_alike(world_, lanes_); });
  }

  void load() {
    kernels::set_blas_threads(threads_of_rank(options_.threads, ranks_on_host_));
    store_.emplace(options_.weights);
    store_->check(planned_->model.graph);
    const runtime::WeightLoader load = [this](graph::LayerId layer, Range inputs, Range outputs) {
      return store_->load(planned_->lowered, layer, inputs, outputs);
    };
    held_.emplace(load);
    runner_.emplace(
        world_, lanes_, *held_,
        runtime::Runner::Options{plan::credits(planned_->plan), !options_.trace.empty(), {}});
    if (is_input_rank()) {
      open_input();
      if (!options_.metrics.empty()) metrics_.emplace(options_.metrics, planned_->plan);
      if (options_.verify) verification_.emplace(planned_->lowered, load);
    }
    if (is_output_rank()) open_output();
  }

  void open_input() {
    media::SourceOptions source;
    source.input = planned_->lowered.layers().front().output;
    source.preprocessing = options_.preprocessing.value_or(planned_->model.preprocessing);
    source.aspect = options_.aspect;
    source.clip_stride = options_.clip_stride;
    source.clip_hop = options_.clip_hop;
    source.camera_size = options_.camera_size;
    source.camera_rate = options_.camera_rate;
    reader_.emplace(media::open(options_.input, source), options_.frames);
  }

  [[nodiscard]] std::size_t classes() const {
    return static_cast<std::size_t>(planned_->lowered[planned_->lowered.output()].output.volume());
  }

  void open_output() {
    if (!options_.labels.empty()) labels_ = read_labels(options_.labels, classes());
    writer_ = make_answer_writer(options_.output, classes());
  }

  /// On the output rank: the answers so far are all that there will be.
  void finish_output() {
    if (!std::exchange(output_finished_, true)) writer_->finish();
  }

  runtime::Ends ends(Progress& progress) {
    runtime::Ends ends;
    ends.source = [this](runtime::Frame& frame) {
      return stop_.requested() ? runtime::Supply::end : reader_->next(frame);
    };
    ends.sink = [this](const std::string& label, const Tensor& answer, Seconds seconds) {
      if (output_finished_) return;
      writer_->write({frames_written_++, label, seconds,
                      best_guesses(answer.span(), options_.top, labels_), answer.span()});
    };
    ends.monitor = [this, &progress](Rank rank, const runtime::FrameReport& report) {
      progress.report(rank, report);
      if (metrics_) metrics_->report(rank, report);
    };
    if (options_.verify) {
      ends.observer = [this](const Tensor& frame, const Tensor& answer) {
        verification_->compare(frame, answer);
      };
    }
    // mpirun gives its ranks a second between the signal and the end: what is answered is made
    // safe first.
    ends.tick = [this] {
      if (is_output_rank() && stop_.requested()) finish_output();
    };
    return ends;
  }

  void compute() {
    Progress progress(is_input_rank() && !options_.quiet, planned_->plan.output_rank,
                      reader_ ? reader_->count() : std::nullopt);
    const comm::Verdict verdict = runner_->run(ends(progress));
    if (!verdict.error.empty()) {
      if (verdict.rank == world_.rank()) fmt::print(stderr, "shoal: {}\n", verdict.error);
      throw Failed{};
    }
    together(world_, [&] {
      if (is_output_rank()) finish_output();
      if (metrics_) metrics_->finish();
    });
  }

  void report() const {
    const auto reports = runtime::gather(world_, runtime::report(world_.rank(), *runner_, *held_));
    if (is_input_rank() && verification_) fmt::print("{}", verification_->text());
    if (world_.rank() != Rank{0} || options_.quiet) return;
    Table table({{"rank"},
                 {"host", Table::Align::left},
                 {"layers", Table::Align::left},
                 {"frames"},
                 {"weights"},
                 {"activations"},
                 {"peak memory"},
                 {"computing"},
                 {"communicating"},
                 {"waiting"},
                 {"sent"},
                 {"received"}});
    for (std::size_t rank = 0; rank < reports.size(); ++rank) {
      const runtime::RankReport& one = reports[rank];
      table.add({fmt::format("{}", rank), one.host, one.work, fmt::format("{}", one.frames),
                 human_bytes(one.weights), human_bytes(one.activations),
                 human_bytes(one.peak_memory), fmt::format("{:.3f} s", one.times.computing),
                 fmt::format("{:.3f} s", one.times.communicating),
                 fmt::format("{:.3f} s", one.times.waiting), human_bytes(one.traffic.sent),
                 human_bytes(one.traffic.received)});
    }
    const auto of = [&](Rank rank) { return reports[static_cast<std::size_t>(rank.value)]; };
    const std::size_t frames = of(planned_->plan.output_rank).frames;
    fmt::print("\n{} frame{} of {} on {} rank{}, {} in flight at most, BLAS for {}\n{}", frames,
               frames == 1 ? "" : "s", planned_->lowered.name(), world_.size(),
               world_.size() == 1 ? "" : "s", of(planned_->plan.input_rank).most_in_flight,
               kernels::blas_core(), table.text());
  }

  const comm::Communicator& world_;
  int ranks_on_host_ = world_.members_on_host();
  RunOptions options_;
  std::optional<PlannedModel> planned_;
  std::vector<program::Program> lanes_;
  std::optional<weights::Store> store_;
  std::optional<runtime::WeightCache> held_;
  std::optional<runtime::Runner> runner_;
  std::optional<Verification> verification_;
  std::optional<Reader> reader_;
  std::optional<Metrics> metrics_;
  runtime::StopSignal stop_;
  std::unique_ptr<AnswerWriter> writer_;
  std::vector<std::string> labels_;
  std::size_t frames_written_ = 0;
  bool output_finished_ = false;
};

}  // namespace

int run_run(Arguments arguments) {
  if (const auto help = run_help(arguments)) {
    fmt::print("{}", *help);
    return 0;
  }
  const comm::Environment environment;
  const comm::Communicator world = comm::Communicator::world();
  return run_together(world, [&] { return Job(world).run(arguments); });
}

}  // namespace shoal::cli
