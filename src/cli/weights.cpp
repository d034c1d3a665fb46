#include <filesystem>
#include <limits>

#include <fmt/core.h>

#include "shoal/base/text.hpp"
#include "shoal/graph/zoo.hpp"
#include "shoal/plan/limits.hpp"
#include "shoal/program/lanes.hpp"
#include "shoal/runtime/executor.hpp"
#include "shoal/weights/initialize.hpp"
#include "shoal/weights/shard.hpp"

#include "cli/options.hpp"
#include "cli/plan_source.hpp"
#include "cli/table.hpp"
#include "cli/verbs.hpp"

namespace shoal::cli {
namespace {

int run_init(Arguments arguments) {
  const Command command{
      .verb = "weights init",
      .usage = "weights init MODEL [--seed N] [-o FILE]",
      .groups = {{"Options",
                  {{.name = "model",
                    .takes = Text{"MODEL"},
                    .help = "the network",
                    .missing = "shoal model lists the networks",
                    .word = true},
                   {.name = "seed",
                    .takes = Whole{.least = 0, .most = std::numeric_limits<std::uint64_t>::max()},
                    .help = "which weights",
                    .otherwise = "1"},
                   {.name = "output,o",
                    .takes = WrittenFile{},
                    .help = "the weights go there; to weights/MODEL.h5 without it"}}}},
      .words = {"model"}};
  const auto values = parse(arguments, command);
  if (!values) return 0;
  const std::string name = values->text("model");
  const graph::Model model = graph::make_model(name);
  std::string path = "weights/" + name + ".h5";
  if (values->given("output")) {
    path = values->text("output");
  } else {
    std::error_code told_when_writing;
    std::filesystem::create_directories("weights", told_when_writing);
  }
  weights::initialize(model, values->whole<std::uint64_t>("seed"), path);
  fmt::print("{}: {} parameters\n", path, model.graph.parameters());
  return 0;
}

/// The networks whose weights all are in the file.
std::string fitting_networks(const weights::Store& store) {
  std::string fitting;
  for (const std::string_view name : graph::model_names()) {
    try {
      store.check(graph::make_model(name).graph);
      fitting += fmt::format("{}{}", fitting.empty() ? "" : ", ", name);
    } catch (const Error&) {
      continue;
    }
  }
  return fitting.empty() ? "none of the known networks" : fitting;
}

int run_inspect(Arguments arguments) {
  const Command command{.verb = "weights inspect",
                        .usage = "weights inspect FILE",
                        .groups = {{"Options",
                                    {{.name = "file",
                                      .takes = ReadFile{},
                                      .help = "a weights file",
                                      .missing = "say which weights file",
                                      .word = true}}}},
                        .words = {"file"}};
  const auto values = parse(arguments, command);
  if (!values) return 0;
  const weights::Store store(values->text("file"));
  using Align = Table::Align;
  Table table({{"layer", Align::left}, {"dataset", Align::left}, {"shape"}, {"parameters"}});
  Index total = 0;
  for (const std::string& layer : store.layers()) {
    for (const std::string& dataset : store.datasets(layer)) {
      std::string shape;
      Index count = 1;
      for (const Range held : store.held(dataset).ranges) {
        shape += fmt::format("{}{}", shape.empty() ? "" : "x", held.size());
        count *= held.size();
      }
      total += count;
      table.add({layer, dataset, shape, fmt::format("{}", count)});
    }
  }
  table.add({"total", "", "", fmt::format("{}", total)});
  fmt::print("{}fits {}\n", table.text(), fitting_networks(store));
  return 0;
}

void write_shards(const weights::Store& whole, const std::vector<program::Program>& lanes,
                  Rank rank, const std::string& folder) {
  weights::ShardWriter writer(whole);
  for (const program::Program& lane : lanes) {
    for (const runtime::Shard& shard : runtime::shards(lane, rank)) {
      writer.add(lane.graph, shard.layer, shard.inputs, shard.outputs);
    }
  }
  const std::string path = weights::shard_path(folder, rank);
  writer.write(path);
  fmt::print("{}: {} of weights\n", path, human_bytes(writer.bytes()));
}

Command shard_command() {
  return {.verb = "weights shard",
          .usage =
              "weights shard FILE --plan FILE [--rank RANK] -o FOLDER\n"
              "       shoal weights shard FILE --model NAME --split TEXT -n N -o FOLDER",
          .groups = {plan_options(),
                     {"Shards",
                      {{.name = "file",
                        .takes = ReadFile{},
                        .help = "the whole weights file",
                        .missing = "say which weights file",
                        .word = true},
                       {.name = "ranks,n",
                        .takes = Whole{.least = 1, .most = plan::most_ranks},
                        .help = "how many ranks --split is for",
                        .otherwise = "1",
                        .excludes = {"plan"}},
                       {.name = "rank",
                        .takes = Whole{.least = 0, .most = plan::most_ranks - 1, .name = "RANK"},
                        .help = "only this one's; every rank's without it"},
                       {.name = "output,o",
                        .takes = WrittenFile{"FOLDER"},
                        .help = "the folder, for shoal run --weights",
                        .missing = "say which folder the shards go to"}}}},
          .words = {"file"}};
}

int run_shard(Arguments arguments) {
  const auto values = parse(arguments, shard_command());
  if (!values) return 0;
  const PlannedModel planned = make_plan(plan_source(*values, values->whole<int>("ranks")));
  const weights::Store whole(values->text("file"));
  whole.check(planned.model.graph);
  const auto lanes = program::compile_lanes(planned.plan, planned.lowered);
  const std::string folder = values->text("output");
  std::error_code told_when_writing;
  std::filesystem::create_directories(folder, told_when_writing);
  const int last = planned.plan.ranks - 1;
  int rank = 0;
  int end = planned.plan.ranks;
  if (values->given("rank")) {
    rank = values->whole<int>("rank");
    if (rank > last) throw UsageError("--rank is 0 to {} by this plan, not {}", last, rank);
    end = rank + 1;
  }
  for (; rank < end; ++rank) write_shards(whole, lanes, {rank}, folder);
  return 0;
}

}  // namespace

int run_weights(Arguments arguments) {
  const std::string what = arguments.empty() ? "" : arguments.front();
  if (what == "init") return run_init(arguments.subspan(1));
  if (what == "inspect") return run_inspect(arguments.subspan(1));
  if (what == "shard") return run_shard(arguments.subspan(1));
  if (asks_for_help(arguments)) {
    fmt::print(
        "usage: shoal weights init MODEL [--seed N] [-o FILE]\n"
        "       shoal weights inspect FILE\n"
        "       shoal weights shard FILE --plan FILE [--rank RANK] -o FOLDER\n\n"
        "shoal weights init --help lists its options, and so on\n");
    return 0;
  }
  throw UsageError("weights: say init, inspect or shard{}; shoal weights --help tells how",
                   what.empty() ? "" : fmt::format(", not '{}'", printable(what, 60)));
}

}  // namespace shoal::cli
