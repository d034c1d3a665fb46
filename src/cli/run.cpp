#include <functional>
#include <thread>

#include <fmt/core.h>

#include "shoal/base/error.hpp"
#include "shoal/comm/environment.hpp"
#include "shoal/kernels/blas.hpp"
#include "shoal/program/check.hpp"
#include "shoal/program/text.hpp"
#include "shoal/runtime/report.hpp"
#include "shoal/runtime/runner.hpp"
#include "shoal/weights/store.hpp"

#include "cli/answers.hpp"
#include "cli/plan_source.hpp"
#include "cli/progress.hpp"
#include "cli/run_options.hpp"
#include "cli/table.hpp"
#include "cli/verbs.hpp"
#include "cli/verification.hpp"

namespace shoal::cli {
namespace {

/// What went wrong was told already, on the rank that knows it.
struct Failed {};

/// Does `step` on every rank; where it fails on some, the lowest of them says so and all end.
void together(const comm::Communicator& world, const std::function<void()>& step) {
  std::string error;
  try {
    step();
  } catch (const std::exception& caught) {
    error = caught.what();
  }
  const comm::Verdict verdict = comm::agree(world, error);
  if (verdict.error.empty()) return;
  if (verdict.rank == world.rank()) {
    fmt::print(stderr, "shoal: rank {} on {}: {}\n", verdict.rank.value, comm::host_name(),
               verdict.error);
  }
  throw Failed{};
}

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
    return 0;
  }

 private:
  [[nodiscard]] bool is_input_rank() const { return world_.rank() == program_->input_rank; }
  [[nodiscard]] bool is_output_rank() const { return world_.rank() == program_->output_rank; }

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
      program_.emplace(program::compile(planned_->plan, planned_->lowered));
      program::check(*program_);
    });
    const auto digest = static_cast<std::int64_t>(program::digest(*program_));
    together(world_, [&, first = world_.broadcast(digest, Rank{0})] {
      if (digest != first) {
        throw Error(
            "compiles the plan to another program than rank 0; are the versions of shoal "
            "on all hosts the same?");
      }
    });
  }

  void load() {
    const int on_host = ranks_on_host_;
    const int cores = static_cast<int>(std::thread::hardware_concurrency());
    kernels::set_blas_threads(options_.threads > 0 ? options_.threads
                                                   : std::max(1, cores / on_host));
    store_.emplace(options_.weights);
    store_->check(planned_->model.graph);
    const runtime::WeightLoader load = [this](graph::LayerId layer, Range inputs, Range outputs) {
      return store_->load(planned_->lowered, layer, inputs, outputs);
    };
    runner_.emplace(world_, *program_, load);
    if (is_input_rank()) {
      open_input();
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
    source_ = media::open(options_.input, source);
  }

  [[nodiscard]] std::size_t classes() const {
    return static_cast<std::size_t>(planned_->lowered[planned_->lowered.output()].output.volume());
  }

  void open_output() {
    if (!options_.labels.empty()) labels_ = read_labels(options_.labels, classes());
    writer_ = make_answer_writer(options_.output, classes());
  }

  std::optional<runtime::Frame> next_frame() {
    if (options_.frames > 0 && frames_read_ == options_.frames) return std::nullopt;
    auto item = source_->next();
    if (!item) return std::nullopt;
    ++frames_read_;
    return runtime::Frame{std::move(item->label), std::move(item->tensor)};
  }

  void compute() {
    std::optional<std::size_t> total;
    if (is_input_rank()) total = source_->count();
    Progress progress(is_output_rank() && !options_.quiet, total);
    runtime::Observer observer;
    if (options_.verify) {
      observer = [this](const Tensor* frame, const Tensor& answer) {
        if (frame != nullptr) verification_->compare(*frame, answer);
      };
    }
    const comm::Verdict verdict = runner_->run(
        [this] { return next_frame(); },
        [&](const std::string& label, const Tensor& answer, Seconds seconds) {
          writer_->write({frames_written_++, label, seconds,
                          best_guesses(answer.span(), options_.top, labels_), answer.span()});
          progress.advance(seconds);
        },
        observer);
    if (!verdict.error.empty()) {
      if (verdict.rank == world_.rank()) fmt::print(stderr, "shoal: {}\n", verdict.error);
      throw Failed{};
    }
    together(world_, [&] {
      if (is_output_rank()) writer_->finish();
    });
  }

  void report() const {
    const auto reports =
        runtime::gather(world_, runtime::report(*program_, world_.rank(), *runner_));
    if (is_input_rank() && verification_) fmt::print("{}", verification_->text());
    if (world_.rank() != Rank{0} || options_.quiet) return;
    Table table({{"rank"},
                 {"host", Table::Align::left},
                 {"layers", Table::Align::left},
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
      table.add({fmt::format("{}", rank), one.host, one.work, human_bytes(one.weights),
                 human_bytes(one.activations), human_bytes(one.peak_memory),
                 fmt::format("{:.3f} s", one.times.computing),
                 fmt::format("{:.3f} s", one.times.communicating),
                 fmt::format("{:.3f} s", one.times.waiting), human_bytes(one.traffic.sent),
                 human_bytes(one.traffic.received)});
    }
    fmt::print("\n{} frame{} of {} on {} rank{}, BLAS for {}\n{}", runner_->frames(),
               runner_->frames() == 1 ? "" : "s", planned_->lowered.name(), world_.size(),
               world_.size() == 1 ? "" : "s", kernels::blas_core(), table.text());
  }

  const comm::Communicator& world_;
  int ranks_on_host_ = world_.members_on_host();
  RunOptions options_;
  std::optional<PlannedModel> planned_;
  std::optional<program::Program> program_;
  std::optional<weights::Store> store_;
  std::optional<runtime::Runner> runner_;
  std::optional<Verification> verification_;
  std::unique_ptr<media::Source> source_;
  std::unique_ptr<AnswerWriter> writer_;
  std::vector<std::string> labels_;
  std::size_t frames_read_ = 0;
  std::size_t frames_written_ = 0;
};

/// Runs the job; an error that only this rank knows of ends it for all, after what this rank has
/// open is cleared away.
int run_job(const comm::Communicator& world, Arguments arguments) {
  try {
    return Job(world).run(arguments);
  } catch (const Failed&) {
    return 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "shoal: rank {} on {}: {}\n", world.rank().value, comm::host_name(),
               error.what());
    std::fflush(stderr);
  }
  comm::abort_job(1);
}

}  // namespace

int run_run(Arguments arguments) {
  if (const auto help = run_help(arguments)) {
    fmt::print("{}", *help);
    return 0;
  }
  const comm::Environment environment;
  const comm::Communicator world = comm::Communicator::world();
  return run_job(world, arguments);
}

}  // namespace shoal::cli
