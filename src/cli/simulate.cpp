#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>

#include <fmt/core.h>
#include <sys/mman.h>
#include <unistd.h>

#include "shoal/base/error.hpp"
#include "shoal/base/output_file.hpp"
#include "shoal/comm/simulation.hpp"
#include "shoal/program/lanes.hpp"
#include "shoal/twin/platform.hpp"

#include "cli/headline.hpp"
#include "cli/plan_source.hpp"
#include "cli/proposal.hpp"
#include "cli/rank_table.hpp"
#include "cli/simulated_job.hpp"
#include "cli/trace.hpp"
#include "cli/verbs.hpp"

namespace shoal::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* usage =
    "simulate --plan FILE | --preset NAME | --model M --split S --devices N\n"
    "                      --profile FILE [--frames K]";

options::options_description declared_options() {
  options::options_description declared = plan_options();
  declared.add(device_options());
  options::options_description own("The simulation");
  own.add_options()("preset", options::value<std::string>()->default_value(""),
                    "a plan of the paper by its name, in place of --plan")(
      "frames", options::value<std::size_t>()->default_value(100), "how many")(
      "in-flight", options::value<int>()->default_value(0),
      "most frames between input and answer; 0: as the plan says, or two for each replica")(
      "format", options::value<std::string>()->default_value("text"), "text or json")(
      "metrics", options::value<std::string>()->default_value(""),
      "FILE for every rank's time for every frame, lines of JSON")(
      "trace", options::value<std::string>()->default_value(""),
      "FILE for a timeline that ui.perfetto.dev shows")(
      "platform", options::value<std::string>()->default_value(""),
      "FILE of SimGrid with hosts and links, in place of the profile's network")(
      "save-platform", options::value<std::string>()->default_value(""),
      "FILE for the platform that is made of the profile; nothing is run")(
      "simgrid", options::value<std::vector<std::string>>()->composing(),
      "a setting of SimGrid such as network/crosstraffic:yes");
  declared.add(own);
  return declared;
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

PlannedModel named_plan(const options::variables_map& values) {
  const auto text = [&](const char* name) { return values[name].as<std::string>(); };
  if (!text("preset").empty() || !text("plan").empty()) return make_plan(plan_source(values, 0));
  const profile::Profile profile = profile_of_devices(values, 0);
  return make_plan(plan_source(values, static_cast<int>(profile.devices.size())));
}

PlannedModel planned(const options::variables_map& values) {
  PlannedModel model = named_plan(values);
  const int in_flight = values["in-flight"].as<int>();
  if (in_flight < 0 || in_flight > 10000) throw Error("--in-flight is 0 to 10000");
  if (in_flight > 0) model.plan.in_flight = in_flight;
  return model;
}

/// A device for each rank of the plan.
profile::Profile devices_of(const plan::Plan& plan, const options::variables_map& values) {
  profile::Profile profile = profile_of_devices(values, plan.ranks);
  const auto ranks = static_cast<std::size_t>(plan.ranks);
  if (profile.devices.size() < ranks) {
    throw Error("the plan is for {} ranks, there are {} devices", ranks, profile.devices.size());
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
void simulate(const SimulatedJob& job, const options::variables_map& values) {
  const auto text = [&](const char* name) { return values[name].as<std::string>(); };
  const Platform platform(text("platform"), job.profile);
  std::vector<std::string> settings;
  if (values.contains("simgrid")) settings = values["simgrid"].as<std::vector<std::string>>();
  std::optional<Metrics> metrics;
  if (!text("metrics").empty()) metrics.emplace(text("metrics"), job.plan);
  const SimulatedRun run =
      run_simulated(job, metrics ? &*metrics : nullptr, platform.path(), settings);
  if (metrics) metrics->finish();
  if (job.trace) write(text("trace"), trace_json(run.spans, hosts_in(run)));
  if (text("format") == "json") {
    fmt::print("{}", headline_json(job, run));
  } else {
    fmt::print("{}{}", headline(job, run), rank_table(run.reports));
  }
}

void simulate(const options::variables_map& values) {
  const auto format = values["format"].as<std::string>();
  if (format != "text" && format != "json") throw Error("--format is text or json, not {}", format);
  if (values["frames"].as<std::size_t>() == 0) throw Error("--frames is at least 1");
  const PlannedModel model = planned(values);
  const profile::Profile profile = devices_of(model.plan, values);
  const auto saved = values["save-platform"].as<std::string>();
  if (!saved.empty()) return write(saved, twin::to_platform(profile));
  const auto lanes = std::make_shared<const std::vector<program::Program>>(
      program::compile_lanes(model.plan, model.lowered));
  const planner::Price price = planner::price(model.plan, *lanes, profile);
  check_memory(price, profile);
  simulate({model.plan, lanes, profile, price, values["frames"].as<std::size_t>(),
            !values["trace"].as<std::string>().empty()},
           values);
}

}  // namespace

int run_simulate(Arguments arguments) {
  const auto values = parse(arguments, usage, declared_options());
  if (!values) return 0;
  if (!comm::is_simulated()) become_twin(arguments);
  simulate(*values);
  return 0;
}

}  // namespace shoal::cli
