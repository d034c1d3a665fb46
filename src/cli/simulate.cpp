#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>

#include <fmt/core.h>
#include <sys/mman.h>
#include <unistd.h>

#include "shoal/base/error.hpp"
#include "shoal/base/output_file.hpp"
#include "shoal/base/text.hpp"
#include "shoal/comm/simulation.hpp"
#include "shoal/program/lanes.hpp"
#include "shoal/twin/platform.hpp"

#include "cli/headline.hpp"
#include "cli/plan_source.hpp"
#include "cli/proposal.hpp"
#include "cli/rank_table.hpp"
#include "cli/run_options.hpp"
#include "cli/simulated_job.hpp"
#include "cli/trace.hpp"
#include "cli/verbs.hpp"

namespace shoal::cli {
namespace {

namespace fs = std::filesystem;

OptionGroup own_options() {
  const std::vector<std::string> no_run = {"save-platform"};
  return {"The simulation",
          {{.name = "preset",
            .takes = Text{"NAME"},
            .help = "a plan of the paper by its name, in place of --plan",
            .excludes = {"plan", "split"}},
           {.name = "frames",
            .takes = Whole{.least = 1, .most = 100'000'000},
            .help = "how many",
            .otherwise = "100",
            .excludes = no_run},
           in_flight_option(),
           {.name = "format",
            .takes = Word{"FORMAT", {"text", "json"}},
            .otherwise = "text",
            .excludes = no_run},
           metrics_option(),
           trace_option(),
           {.name = "platform",
            .takes = ReadFile{},
            .help = "hosts and links of SimGrid (XML), in place of the profile's network",
            .excludes = no_run},
           {.name = "save-platform",
            .takes = WrittenFile{},
            .help = "the platform that is made of the profile goes there; nothing is run",
            .excludes = {"metrics", "trace", "in-flight"}},
           {.name = "simgrid",
            .takes = Text{"SETTING"},
            .help = "a setting of SimGrid such as network/crosstraffic:yes; may be given again",
            .excludes = no_run,
            .repeated = true}}};
}

Command command() {
  return {.verb = "simulate",
          .usage =
              "simulate --plan FILE --profile FILE [--frames N]\n"
              "       shoal simulate --preset NAME --profile FILE\n"
              "       shoal simulate --model NAME --split TEXT --profile FILE --devices N",
          .groups = {plan_options(), device_options(), own_options()}};
}

/// The twin is a program of its own, since MPI is another one there. It is installed apart.
fs::path twin_program() {
  const fs::path folder = fs::read_symlink("/proc/self/exe").parent_path();
  for (const char* place : {"shoal-twin", "../libexec/shoal/shoal-twin"}) {
    if (fs::exists(folder / place)) return folder / place;
  }
  throw Error(
      "simulate needs SimGrid, which was not there when shoal was built: install libsimgrid-dev "
      "and build again");
}

[[noreturn]] void become_twin(Arguments arguments) {
  const std::string program = twin_program().string();
  std::vector<std::string> words = {program, "simulate"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  ::execv(program.c_str(), pointers.data());
  throw Error("{}: cannot be started", program);
}

PlannedModel planned(const OptionValues& values) {
  int ranks = 0;
  if (!values.given("preset") && !values.given("plan")) {
    ranks = static_cast<int>(profile_of_devices(values, 0).devices.size());
  }
  PlannedModel model = make_plan(plan_source(values, ranks));
  const int in_flight = values.whole<int>("in-flight");
  if (in_flight > 0) model.plan.in_flight = in_flight;
  return model;
}

/// A device for each rank of the plan.
profile::Profile devices_of(const plan::Plan& plan, const OptionValues& values) {
  profile::Profile profile = profile_of_devices(values, plan.ranks);
  const auto ranks = static_cast<std::size_t>(plan.ranks);
  if (profile.devices.size() < ranks) {
    throw Error("the plan is for {}, the profile has {}", counted(ranks, "rank"),
                counted(profile.devices.size(), "device"));
  }
  profile.devices.resize(ranks);
  return profile;
}

void check_memory(const planner::Price& price, const profile::Profile& profile) {
  for (std::size_t rank = 0; rank < price.ranks.size(); ++rank) {
    const profile::Device& device = profile.devices[rank];
    const Bytes held = price.ranks[rank].held();
    if (std::isfinite(device.paging(held))) continue;
    throw Error("rank {}: holds {} for the plan, {} has {} and no swap (paging_rate)", rank,
                human_bytes(held), device.name, human_bytes(device.memory));
  }
}

void write(const std::string& path, const std::string& text) {
  PendingStream file(path);
  file.write(text);
  file.commit();
}

/// The file that SimGrid reads: the user's, or one that is only in memory.
class Platform {
 public:
  Platform(const std::string& path, const profile::Profile& profile) : path_(path) {
    if (!path.empty()) {
      read_text(path);
      return;
    }
    file_ = ::memfd_create("platform", MFD_CLOEXEC);
    path_ = fmt::format("/proc/self/fd/{}", file_);
    std::ofstream(path_) << twin::to_platform(profile);
  }
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;
  ~Platform() {
    if (file_ >= 0) ::close(file_);
  }

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  int file_ = -1;
};

std::vector<std::string> hosts_in(const SimulatedRun& run) {
  std::vector<std::string> hosts;
  for (const runtime::RankReport& report : run.reports) hosts.push_back(report.host);
  return hosts;
}

/// Runs the plan and tells what came of it.
void simulate(const SimulatedJob& job, const OptionValues& values) {
  const Platform platform(values.text("platform"), job.profile);
  std::optional<Metrics> metrics;
  if (values.given("metrics")) metrics.emplace(values.text("metrics"), job.plan);
  const SimulatedRun run =
      run_simulated(job, metrics ? &*metrics : nullptr, platform.path(), values.all("simgrid"));
  if (metrics) metrics->finish();
  if (job.trace) write(values.text("trace"), trace_json(run.spans, hosts_in(run)));
  if (values.text("format") == "json") {
    fmt::print("{}", headline_json(job, run));
  } else {
    fmt::print("{}{}", headline(job, run), rank_table(run.reports));
  }
}

void simulate(const OptionValues& values) {
  const PlannedModel model = planned(values);
  const profile::Profile profile = devices_of(model.plan, values);
  const std::string saved = values.text("save-platform");
  if (!saved.empty()) return write(saved, twin::to_platform(profile));
  const auto lanes = std::make_shared<const std::vector<program::Program>>(
      program::compile_lanes(model.plan, model.lowered));
  const planner::Price price = planner::price(model.plan, *lanes, profile);
  check_memory(price, profile);
  simulate({model.plan, lanes, profile, price, values.whole<std::size_t>("frames"),
            values.given("trace")},
           values);
}

}  // namespace

int run_simulate(Arguments arguments) {
  const auto values = parse(arguments, command());
  if (!values) return 0;
  if (!comm::is_simulated()) become_twin(arguments);
  simulate(*values);
  return 0;
}

}  // namespace shoal::cli
