#include <filesystem>

#include <fmt/core.h>

#include "shoal/base/error.hpp"
#include "shoal/graph/zoo.hpp"
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
  options::options_description declared("Options");
  declared.add_options()("model", options::value<std::string>()->required(), "the network")(
      "seed", options::value<std::uint64_t>()->default_value(1), "which weights")(
      "output,o", options::value<std::string>(), "the file; weights/MODEL.h5 by default");
  options::positional_options_description positional;
  positional.add("model", 1);
  const auto values =
      parse(arguments, "weights init MODEL [--seed S] [-o FILE]", declared, positional);
  if (!values) return 0;
  const auto name = (*values)["model"].as<std::string>();
  const graph::Model model = graph::make_model(name);
  std::string path = "weights/" + name + ".h5";
  if (values->contains("output")) {
    path = (*values)["output"].as<std::string>();
  } else {
    std::error_code told_when_writing;
    std::filesystem::create_directories("weights", told_when_writing);
  }
  weights::initialize(model, (*values)["seed"].as<std::uint64_t>(), path);
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
  options::options_description declared("Options");
  declared.add_options()("file", options::value<std::string>()->required(), "a weights file");
  options::positional_options_description positional;
  positional.add("file", 1);
  const auto values = parse(arguments, "weights inspect FILE", declared, positional);
  if (!values) return 0;
  const weights::Store store((*values)["file"].as<std::string>());
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

int run_shard(Arguments arguments) {
  options::options_description declared = plan_options();
  options::options_description own("Shards");
  own.add_options()("file", options::value<std::string>()->required(), "the whole weights file")(
      "ranks,n", options::value<int>()->default_value(1), "how many ranks --split is for")(
      "rank", options::value<int>(), "only this one's; every rank's without it")(
      "output,o", options::value<std::string>()->required(), "the folder, for shoal run --weights");
  declared.add(own);
  options::positional_options_description positional;
  positional.add("file", 1);
  const auto values =
      parse(arguments, "weights shard FILE --plan PLAN [--rank R] -o FOLDER", declared, positional);
  if (!values) return 0;
  const auto path = (*values)["plan"].as<std::string>();
  const PlannedModel planned =
      make_plan((*values)["model"].as<std::string>(), path.empty() ? "" : read_text(path), path,
                (*values)["split"].as<std::string>(), (*values)["wire"].as<std::string>(),
                (*values)["ranks"].as<int>());
  const weights::Store whole((*values)["file"].as<std::string>());
  whole.check(planned.model.graph);
  const auto lanes = program::compile_lanes(planned.plan, planned.lowered);
  const auto folder = (*values)["output"].as<std::string>();
  std::error_code told_when_writing;
  std::filesystem::create_directories(folder, told_when_writing);
  const int last = planned.plan.ranks - 1;
  int rank = 0;
  int end = planned.plan.ranks;
  if (values->contains("rank")) {
    rank = (*values)["rank"].as<int>();
    if (rank < 0 || rank > last) throw Error("--rank is 0 to {} by this plan, not {}", last, rank);
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
  if (what == "--help" || what == "-h") {
    fmt::print(
        "usage: shoal weights init MODEL [--seed S] [-o FILE]\n"
        "       shoal weights inspect FILE\n"
        "       shoal weights shard FILE --plan PLAN [--rank R] -o FOLDER\n");
    return 0;
  }
  throw Error("weights: say init, inspect or shard; shoal weights --help tells how");
}

}  // namespace shoal::cli
