#include <fstream>

#include <fmt/core.h>

#include "shoal/base/error.hpp"
#include "shoal/base/output_file.hpp"
#include "shoal/plan/document.hpp"
#include "shoal/program/counts.hpp"
#include "shoal/program/lanes.hpp"
#include "shoal/program/program.hpp"
#include "shoal/program/text.hpp"

#include "cli/options.hpp"
#include "cli/plan_source.hpp"
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
  const auto path = values["plan"].as<std::string>();
  return make_plan(values["model"].as<std::string>(), path.empty() ? "" : read_text(path), path,
                   values["split"].as<std::string>(), values["ranks"].as<int>());
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

int write(const options::variables_map& values) {
  const std::string text = plan::to_json(planned(values).plan);
  const auto path = values["output"].as<std::string>();
  if (path.empty()) {
    fmt::print("{}", text);
    return 0;
  }
  PendingFile file(path);
  std::ofstream stream(file.path(), std::ios::binary);
  stream << text;
  stream.close();
  if (!stream) throw Error("{}: cannot be written; is the disk full?", path);
  file.commit();
  return 0;
}

}  // namespace

int run_plan(Arguments arguments) {
  options::options_description declared = plan_options();
  declared.add_options()("ranks,n", options::value<int>()->default_value(1),
                         "how many ranks --split is for")("summary",
                                                          "show only the table, not the steps")(
      "output,o", options::value<std::string>()->default_value(""),
      "write: the file; the standard output without it")(
      "what", options::value<std::string>()->required(), "show or write");
  options::positional_options_description positional;
  positional.add("what", 1).add("plan", 1);
  const auto values = parse(
      arguments, "plan show PLAN | show --model M --split S -n N | write --model M --split S -n N",
      declared, positional);
  if (!values) return 0;
  const int ranks = (*values)["ranks"].as<int>();
  if (ranks < 1 || ranks > 65536) throw Error("--ranks is 1 to 65536, not {}", ranks);
  const auto what = (*values)["what"].as<std::string>();
  if (what == "show") return show(*values);
  if (what == "write") return write(*values);
  throw Error("plan: say show or write, not {}", what);
}

}  // namespace shoal::cli
