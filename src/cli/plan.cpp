#include <fmt/core.h>

#include "shoal/base/error.hpp"
#include "shoal/base/output_file.hpp"
#include "shoal/graph/lower.hpp"
#include "shoal/plan/document.hpp"
#include "shoal/plan/limits.hpp"
#include "shoal/plan/preset.hpp"
#include "shoal/plan/wires.hpp"
#include "shoal/planner/planner.hpp"
#include "shoal/program/counts.hpp"
#include "shoal/program/lanes.hpp"
#include "shoal/program/program.hpp"
#include "shoal/program/text.hpp"

#include "cli/explain.hpp"
#include "cli/options.hpp"
#include "cli/plan_source.hpp"
#include "cli/proposal.hpp"
#include "cli/slow_notice.hpp"
#include "cli/table.hpp"
#include "cli/verbs.hpp"

namespace shoal::cli {
namespace {

std::string summary(const program::Program& program) {
  Table table({{"rank"},
               {"layers"},
               {"transfers"},
               {"FLOP"},
               {"weights"},
               {"activations"},
               {"sends"},
               {"receives"}});
  for (int rank = 0; rank < program.ranks(); ++rank) {
    const program::Counts counts = program::count(program, {rank});
    table.add({fmt::format("{}", rank), fmt::format("{}", counts.layers),
               fmt::format("{}", counts.transfers), human_count(counts.flops, ""),
               human_bytes(counts.weights), human_bytes(counts.peak_activations),
               human_bytes(counts.sent), human_bytes(counts.received)});
  }
  return table.text();
}

PlannedModel planned(const OptionValues& values) {
  return make_plan(plan_source(values, values.whole<int>("ranks")));
}

int show(const OptionValues& values) {
  const PlannedModel model = planned(values);
  const std::vector<program::Program> lanes = program::compile_lanes(model.plan, model.lowered);
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    const program::Program& program = lanes[i];
    if (lanes.size() > 1) fmt::print("{}lane {} of {}\n", i > 0 ? "\n" : "", i, lanes.size());
    for (int rank = 0; rank < program.ranks() && !values.given("summary"); ++rank) {
      if (lanes.size() > 1 && program.of({rank}).empty()) continue;
      fmt::print("rank {}\n{}\n", rank, program::to_text(program, {rank}));
    }
    fmt::print("{}", summary(program));
  }
  fmt::print("{} for one frame, {} in flight at most, plan {:016x}\n", model.lowered.name(),
             plan::credits(model.plan), program::digest(lanes));
  return 0;
}

/// To the file of --output, or to the standard output.
void write(const plan::Plan& plan, const OptionValues& values) {
  const std::string text = plan::to_json(plan);
  const std::string path = values.text("output");
  if (path.empty()) {
    fmt::print("{}", text);
    return;
  }
  PendingStream file(path);
  file.write(text);
  file.commit();
}

/// A preset is a plan already.
void expect_no_planning(const OptionValues& values) {
  for (const char* option : {"model", "profile", "devices", "memory", "objective", "max-latency",
                             "input-rank", "output-rank", "wire-error", "explain"}) {
    if (values.given(option)) throw UsageError("--{} does nothing with --preset", option);
  }
}

int make(const OptionValues& values) {
  if (values.given("preset")) {
    expect_no_planning(values);
    write(make_plan(plan_source(values, 0)).plan, values);
    return 0;
  }
  const std::string name = values.text("model");
  if (values.given("wire")) {
    throw UsageError("give --wire-error, within which the planner chooses, in place of --wire");
  }
  if (name.empty()) throw UsageError("--model is missing; shoal model lists them");
  graph::Graph lowered = graph::lower(graph::make_model(name).graph);
  lowered.set_weights_type(parse_weights_dtype(values.text("weights-dtype")));
  const PlanningRequest asked = planning_request(values, 0);
  const planner::Proposal proposal = [&] {
    const SlowNotice notice(
        fmt::format("planning {} for {} devices", name, asked.profile.devices.size()));
    return planner::propose(lowered, asked.profile, asked.request);
  }();
  const bool to_file = !values.text("output").empty();
  if (to_file || !values.given("explain")) write(proposal.plan, values);
  if (values.given("explain")) {
    fmt::print("{}", explain(proposal, lowered, asked.profile, asked.request.objective));
  }
  return 0;
}

/// A plan that is there already, beside the best that the planner knows.
int explain_plan(const OptionValues& values) {
  const PlannedModel model = planned(values);
  const PlanningRequest asked = planning_request(values, model.plan.ranks);
  if (static_cast<int>(asked.profile.devices.size()) < model.plan.ranks) {
    throw Error("the plan is for {} ranks, the profile has {} devices", model.plan.ranks,
                asked.profile.devices.size());
  }
  planner::Proposal proposal =
      planner::appraise(model.plan, model.lowered, asked.profile, asked.request.objective);
  fmt::print("{}", explain(proposal, model.lowered, asked.profile, asked.request.objective));
  return 0;
}

/// Which options have an effect on what is done; those that are not named always have.
std::vector<Setting> actions_of(const std::string& option) {
  static const std::map<std::string, std::vector<std::string>, std::less<>> table = {
      {"plan", {"show", "explain", "write"}},
      {"split", {"show", "explain", "write"}},
      {"ranks", {"show", "explain", "write"}},
      {"summary", {"show"}},
      {"output", {"make", "write"}},
      {"profile", {"make", "explain"}},
      {"devices", {"make", "explain"}},
      {"memory", {"make", "explain"}},
      {"objective", {"make", "explain"}},
      {"max-latency", {"make"}},
      {"input-rank", {"make"}},
      {"output-rank", {"make"}},
      {"wire-error", {"make"}},
      {"explain", {"make"}},
  };
  std::vector<Setting> settings;
  if (const auto found = table.find(option); found != table.end()) {
    for (const std::string& action : found->second) settings.push_back({"action", action});
  }
  return settings;
}

OptionGroup own_options() {
  std::vector<std::string> presets;
  for (const std::string_view name : plan::preset_names()) presets.emplace_back(name);
  return {"The plan itself",
          {{.name = "action",
            .takes = Word{"ACTION", {"make", "show", "explain", "write"}},
            .otherwise = "make",
            .word = true},
           {.name = "ranks,n",
            .takes = Whole{.least = 1, .most = plan::most_ranks},
            .help = "how many ranks --split is for",
            .otherwise = "1",
            .excludes = {"plan", "preset"}},
           {.name = "preset",
            .takes = Word{"NAME", presets},
            .help = "a plan of the paper by its name",
            .excludes = {"plan", "split"}},
           {.name = "summary", .takes = Flag{}, .help = "only the table, not the steps"},
           {.name = "output,o",
            .takes = WrittenFile{},
            .help = "the plan goes there; to the standard output without it"}}};
}

Command command() {
  Command command{.verb = "plan",
                  .usage =
                      "plan --model NAME --profile FILE --devices N [--explain] [-o FILE]\n"
                      "       shoal plan --preset NAME [-o FILE]\n"
                      "       shoal plan show FILE | show --model NAME --split TEXT -n N\n"
                      "       shoal plan explain FILE --profile FILE\n"
                      "       shoal plan write --model NAME --split TEXT -n N [-o FILE]",
                  .groups = {plan_options()},
                  .words = {"action", "plan"}};
  for (OptionGroup& group : proposal_options()) command.groups.push_back(std::move(group));
  command.groups.push_back(own_options());
  for (OptionGroup& group : command.groups) {
    for (Option& option : group.options) {
      option.needs = actions_of(option.name.substr(0, option.name.find(',')));
    }
  }
  return command;
}

}  // namespace

int run_plan(Arguments arguments) {
  const auto values = parse(arguments, command());
  if (!values) return 0;
  const std::string action = values->text("action");
  if (action == "show") return show(*values);
  if (action == "explain") return explain_plan(*values);
  if (action == "make") return make(*values);
  write(planned(*values).plan, *values);
  return 0;
}

}  // namespace shoal::cli
