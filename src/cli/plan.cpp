#include <fmt/core.h>

#include "shoal/base/error.hpp"
#include "shoal/base/output_file.hpp"
#include "shoal/graph/lower.hpp"
#include "shoal/plan/document.hpp"
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

PlannedModel planned(const options::variables_map& values) {
  return make_plan(plan_source(values, values["ranks"].as<int>()));
}

int show(const options::variables_map& values) {
  const PlannedModel model = planned(values);
  const std::vector<program::Program> lanes = program::compile_lanes(model.plan, model.lowered);
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    const program::Program& program = lanes[i];
    if (lanes.size() > 1) fmt::print("{}lane {} of {}\n", i > 0 ? "\n" : "", i, lanes.size());
    for (int rank = 0; rank < program.ranks() && !values.contains("summary"); ++rank) {
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
void write(const plan::Plan& plan, const options::variables_map& values) {
  const std::string text = plan::to_json(plan);
  const auto path = values["output"].as<std::string>();
  if (path.empty()) {
    fmt::print("{}", text);
    return;
  }
  PendingStream file(path);
  file.write(text);
  file.commit();
}

int make(const options::variables_map& values) {
  if (!values["preset"].as<std::string>().empty()) {
    write(make_plan(plan_source(values, 0)).plan, values);
    return 0;
  }
  const auto name = values["model"].as<std::string>();
  if (!values["wire"].as<std::string>().empty()) {
    throw Error("give --wire-error, within which the planner chooses, in place of --wire");
  }
  if (name.empty()) throw Error("--model is missing; shoal model lists them");
  graph::Graph lowered = graph::lower(graph::make_model(name).graph);
  lowered.set_weights_type(parse_weights_dtype(values["weights-dtype"].as<std::string>()));
  const PlanningRequest asked = planning_request(values, 0);
  const planner::Proposal proposal = planner::propose(lowered, asked.profile, asked.request);
  const bool to_file = !values["output"].as<std::string>().empty();
  if (to_file || !values.contains("explain")) write(proposal.plan, values);
  if (values.contains("explain")) {
    fmt::print("{}", explain(proposal, lowered, asked.profile, asked.request.objective));
  }
  return 0;
}

/// A plan that is there already, beside the best that the planner knows.
int explain_plan(const options::variables_map& values) {
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

std::string preset_names() {
  std::string names;
  for (const std::string_view name : plan::preset_names()) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
  }
  return names;
}

}  // namespace

int run_plan(Arguments arguments) {
  options::options_description declared = plan_options();
  declared.add(proposal_options());
  options::options_description own("The plan itself");
  own.add_options()("ranks,n", options::value<int>()->default_value(1),
                    "how many ranks --split is for")(
      "preset", options::value<std::string>()->default_value(""),
      ("a plan of the paper by its name: " + preset_names()).c_str())(
      "summary", "show only the table, not the steps")(
      "output,o", options::value<std::string>()->default_value(""),
      "make, write: the file; the standard output without it")(
      "what", options::value<std::string>()->default_value("make"), "make, show, explain or write");
  declared.add(own);
  options::positional_options_description positional;
  positional.add("what", 1).add("plan", 1);
  const auto values = parse(arguments,
                            "plan --model M --profile P --devices N [--explain] [-o FILE]\n"
                            "       shoal plan --preset NAME [-o FILE]\n"
                            "       shoal plan show PLAN | show --model M --split S -n N\n"
                            "       shoal plan explain PLAN --profile P\n"
                            "       shoal plan write --model M --split S -n N [-o FILE]",
                            declared, positional);
  if (!values) return 0;
  const int ranks = (*values)["ranks"].as<int>();
  if (ranks < 1 || ranks > 65536) throw Error("--ranks is 1 to 65536, not {}", ranks);
  const auto what = (*values)["what"].as<std::string>();
  if (what == "make") return make(*values);
  if (what == "show") return show(*values);
  if (what == "explain") return explain_plan(*values);
  if (what == "write") {
    write(planned(*values).plan, *values);
    return 0;
  }
  throw Error("plan: say make, show, explain or write, not {}", what);
}

}  // namespace shoal::cli
