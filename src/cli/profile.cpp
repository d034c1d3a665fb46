#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

#include <fmt/core.h>
#include <fmt/format.h>

#include "shoal/base/error.hpp"
#include "shoal/base/output_file.hpp"
#include "shoal/comm/environment.hpp"
#include "shoal/graph/lower.hpp"
#include "shoal/graph/zoo.hpp"
#include "shoal/kernels/blas.hpp"
#include "shoal/kernels/threads.hpp"
#include "shoal/profile/document.hpp"
#include "shoal/profile/fit.hpp"
#include "shoal/runtime/available_memory.hpp"
#include "shoal/runtime/heartbeat.hpp"
#include "shoal/runtime/measure.hpp"

#include "cli/options.hpp"
#include "cli/patience.hpp"
#include "cli/profile_table.hpp"
#include "cli/slowdown.hpp"
#include "cli/threads.hpp"
#include "cli/together.hpp"
#include "cli/verbs.hpp"

namespace shoal::cli {
namespace {

struct ProfileOptions {
  std::vector<graph::Model> models;
  std::string output;
  Seconds budget = 1;
  int threads = 0;
  Seconds patience = 0;  ///< 0: indefinitely
  std::vector<runtime::ThrottleSpec> slowdowns;
};

Command command() {
  return {.verb = "profile",
          .usage =
              "profile --model NAME [--model NAME …] -o FILE\n"
              "       mpirun -n RANKS shoal profile …",
          .groups = {{"Options",
                      {{.name = "model",
                        .takes = Text{"NAME"},
                        .help = "a network to measure, or all; may be given again",
                        .missing = "shoal model lists them",
                        .repeated = true},
                       {.name = "output,o",
                        .takes = WrittenFile{},
                        .help = "the profile (JSON) goes there",
                        .missing = "say where the profile goes"},
                       {.name = "budget",
                        .takes = Number{0, 3600, "SECONDS", "seconds"},
                        .help = "for each layer, its shards included, and for each link; 0: the "
                                "fewest runs",
                        .otherwise = "1"},
                       threads_option(),
                       patience_option(),
                       slowdown_option()}}}};
}

std::vector<graph::Model> parse_models(const std::vector<std::string>& names) {
  std::vector<graph::Model> models;
  for (const std::string& name : names) {
    if (name == "all") {
      models.clear();
      for (const auto known : graph::model_names()) models.push_back(graph::make_model(known));
      return models;
    }
    graph::Model model = graph::make_model(name);
    const bool again = std::any_of(models.begin(), models.end(), [&](const graph::Model& other) {
      return other.graph.name() == model.graph.name();
    });
    if (again) throw UsageError("--model {} is given twice", name);
    models.push_back(std::move(model));
  }
  return models;
}

ProfileOptions profile_options(const OptionValues& values, int ranks) {
  ProfileOptions result;
  result.models = parse_models(values.all("model"));
  result.output = values.text("output");
  result.budget = values.number("budget");
  result.threads = values.whole<int>("threads");
  result.patience = values.number("patience");
  result.slowdowns = parse_slowdowns(values);
  expect_ranks(result.slowdowns, ranks);
  for (const runtime::ThrottleSpec& one : result.slowdowns) {
    if (one.from_frame > 0)
      throw UsageError("--slow: no frames are measured, leave out @{}", one.from_frame);
  }
  return result;
}

/// The least of all ranks' numbers.
Bytes least(const comm::Communicator& world, Bytes number) {
  std::array<double, 1> value = {static_cast<double>(number)};
  world.minimum(value);
  return static_cast<Bytes>(value[0]);
}

/// One measuring on one rank.
class Profiling {
 public:
  explicit Profiling(const comm::Communicator& world) : world_(world) {}

  int run(Arguments arguments) {
    together(world_, [&] {
      options_ = profile_options(parse(arguments, command()).value(), world_.size());
      if (is_first()) file_.emplace(options_.output);
      threads_.emplace(threads_of_rank(options_.threads, ranks_on_host_));
      describe_device();
    });
    if (options_.patience > 0) heartbeat_.emplace(world_, Rank{0}, options_.patience);
    starting_.reset();
    threads_->run([&] {
      for (const graph::Model& model : options_.models) measure(model);
    });
    together(world_, [&] { profile::fit_laws(device_); });
    gather();
    profile_.network = runtime::measure_network(world_, options_.budget);
    together(world_, [&] {
      if (is_first()) write();
    });
    if (heartbeat_) heartbeat_->stop();
    if (is_first()) fmt::print("{}", profile_table(profile_));
    return 0;
  }

  /// Where it does not come to its end: of a profile there is nothing to keep.
  void leave() { file_.reset(); }

 private:
  [[nodiscard]] bool is_first() const { return world_.rank() == Rank{0}; }

  [[nodiscard]] double slowness() const {
    return runtime::slowness(options_.slowdowns, world_.rank(), 0);
  }

  void describe_device() {
    const std::string host = comm::host_name();
    device_.name = ranks_on_host_ > 1 ? fmt::format("{} rank {}", host, world_.rank().value) : host;
    device_.cores = threads_of_rank(0, ranks_on_host_);
    const Bytes share = runtime::available_memory() / static_cast<Bytes>(ranks_on_host_);
    if (share <= runtime::process_memory) {
      throw Error("{} of memory are available for this rank, which needs {} besides weights",
                  human_bytes(share), human_bytes(runtime::process_memory));
    }
    device_.memory = share - runtime::process_memory;
  }

  void measure(const graph::Model& model) {
    if (is_first()) fmt::print(stderr, "measuring {}\n", model.graph.name());
    const runtime::MeasureOptions measuring{options_.budget, least(world_, device_.memory),
                                            slowness()};
    const graph::Graph lowered = graph::lower(model.graph);
    for (profile::Measurement& one : runtime::measure_layers(world_, lowered, measuring)) {
      device_.measurements.push_back(std::move(one));
    }
  }

  /// Every rank's device, as each of them wrote it.
  void gather() {
    const std::string own = profile::to_json({"", "", {device_}, {}});
    for (const std::string& text : world_.gather_all(own)) {
      profile_.devices.push_back(profile::parse(text, "a rank's profile").devices.front());
    }
    const std::string file = std::filesystem::path(options_.output).filename().string();
    profile_.name = file.substr(0, file.find('.'));
    std::vector<std::string> models;
    for (const graph::Model& model : options_.models) models.push_back(model.graph.name());
    profile_.source = fmt::format(
        "shoal profile of {}; ranks: {}, threads of each: {}, BLAS for {}", fmt::join(models, ", "),
        world_.size(), threads_of_rank(options_.threads, ranks_on_host_), kernels::blas_core());
    for (const runtime::ThrottleSpec& one : options_.slowdowns) {
      profile_.source += one.rank
                             ? fmt::format("; rank {} slowed {} times", one.rank->value, one.factor)
                             : fmt::format("; slowed {} times", one.factor);
    }
  }

  void write() {
    file_->write(profile::to_json(profile_));
    file_->commit();
  }

  const comm::Communicator& world_;
  std::optional<comm::StartWatch> starting_{std::in_place};
  std::optional<runtime::Heartbeat> heartbeat_;
  int ranks_on_host_ = world_.on_host().members;
  ProfileOptions options_;
  std::optional<kernels::Threads> threads_;
  std::optional<PendingStream> file_;
  profile::Device device_;
  profile::Profile profile_;
};

}  // namespace

int run_profile(Arguments arguments) {
  if (asks_for_help(arguments)) {
    fmt::print("{}", help_text(command()));
    return 0;
  }
  const comm::Environment environment;
  const comm::Communicator world = comm::Communicator::world();
  std::optional<Profiling> profiling;
  return run_together(
      world, [&] { return profiling.emplace(world).run(arguments); },
      [&](const std::string& /*error*/) {
        if (profiling) profiling->leave();
      });
}

}  // namespace shoal::cli
