#include <fmt/core.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "shoal/graph/zoo.hpp"

#include "cli/options.hpp"
#include "cli/table.hpp"
#include "cli/verbs.hpp"

namespace shoal::cli {
namespace {

using graph::Graph;
using graph::LayerId;

std::vector<Index> extents_without_batch(const Graph& graph, LayerId layer) {
  const Shape& shape = graph[layer].output;
  const bool is_vector = shape == Shape::features(shape[Axis::channel]);
  // A clip that has shrunk to one frame keeps its axis; only pictures and vectors do without.
  const bool is_clip = graph.layers().front().output[Axis::depth] > 1;
  std::vector<Index> extents;
  for (const Axis axis : {Axis::depth, Axis::height, Axis::width, Axis::channel}) {
    if (axis == Axis::depth && !is_clip) continue;
    if (is_vector && axis != Axis::channel) continue;
    extents.push_back(shape[axis]);
  }
  return extents;
}

std::string to_json(const Graph& graph) {
  nlohmann::ordered_json document;
  document["name"] = graph.name();
  document["parameters"] = graph.parameters();
  document["layers"] = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const LayerId layer{i};
    nlohmann::ordered_json entry;
    entry["name"] = graph[layer].name;
    entry["op"] = graph.kind(layer);
    entry["output_shape"] = extents_without_batch(graph, layer);
    entry["parameters"] = graph.parameters(layer);
    entry["flops"] = static_cast<Index>(graph.flops(layer));
    entry["weight_bytes"] = static_cast<Bytes>(graph.parameters(layer)) * sizeof(float);
    entry["activation_bytes"] = graph[layer].output.bytes();
    document["layers"].push_back(std::move(entry));
  }
  return document.dump(2) + "\n";
}

std::string to_table(const Graph& graph) {
  using Align = Table::Align;
  Table table({{"layer", Align::left},
               {"op", Align::left},
               {"output"},
               {"parameters"},
               {"FLOP"},
               {"weights"},
               {"activation"}});
  double flops = 0;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const LayerId layer{i};
    flops += graph.flops(layer);
    table.add({graph[layer].name, graph.kind(layer),
               fmt::format("{}", fmt::join(extents_without_batch(graph, layer), "x")),
               fmt::format("{}", graph.parameters(layer)), human_count(graph.flops(layer), ""),
               human_bytes(static_cast<Bytes>(graph.parameters(layer)) * sizeof(float)),
               human_bytes(graph[layer].output.bytes())});
  }
  table.add({"total", "", "", fmt::format("{}", graph.parameters()), human_count(flops, ""),
             human_bytes(static_cast<Bytes>(graph.parameters()) * sizeof(float)), ""});
  return table.text();
}

}  // namespace

int run_model(Arguments arguments) {
  const Command command{.verb = "model",
                        .usage = "model [NAME] [--format table|json]",
                        .groups = {{"Options",
                                    {{.name = "name",
                                      .takes = Text{"NAME"},
                                      .help = "the network; all names are listed without it",
                                      .word = true},
                                     {.name = "format",
                                      .takes = Word{"FORMAT", {"table", "json"}},
                                      .otherwise = "table",
                                      .needs = {{"name", ""}}}}}},
                        .words = {"name"}};
  const auto values = parse(arguments, command);
  if (!values) return 0;
  if (!values->given("name")) {
    for (const std::string_view name : graph::model_names()) fmt::print("{}\n", name);
    return 0;
  }
  const Graph graph = graph::make_model(values->text("name")).graph;
  fmt::print("{}", values->text("format") == "json" ? to_json(graph) : to_table(graph));
  return 0;
}

}  // namespace shoal::cli
