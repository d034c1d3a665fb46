#include "shoal/plan/document.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "shoal/base/error.hpp"
#include "shoal/json/document.hpp"
#include "shoal/plan/limits.hpp"

#include "plan/algorithms.hpp"

namespace shoal::plan {
namespace {

using json::Entry;
using Json = nlohmann::ordered_json;

constexpr int version = 1;

std::vector<Rank> parse_ranks(const Entry& entry) {
  std::vector<Rank> ranks;
  for (const Entry& element : entry.elements()) ranks.push_back({element.integer()});
  return ranks;
}

int parse_up_to(const Entry& entry, int most) {
  const int number = entry.integer();
  if (number > most) entry.refuse(fmt::format("must be at most {}", most));
  return number;
}

Axis parse_axis(const Entry& entry) {
  const std::string text = entry.string();
  const auto axis = std::find_if(spatial_axes.begin(), spatial_axes.end(),
                                 [&](Axis candidate) { return name(candidate) == text; });
  if (axis == spatial_axes.end()) entry.refuse("must be depth, height or width");
  return *axis;
}

split::SplitOptions parse_options(const Entry& entry, std::size_t ranks) {
  split::SplitOptions options;
  options.shares.assign(ranks, 1.0);
  if (entry.has("shares")) {
    options.shares.clear();
    for (const Entry& share : entry.at("shares").elements()) {
      options.shares.push_back(share.number());
    }
  }
  if (entry.has("axes")) {
    options.axes.clear();
    for (const Entry& axis : entry.at("axes").elements()) options.axes.push_back(parse_axis(axis));
  }
  if (entry.has("grid")) {
    for (const Entry& count : entry.at("grid").elements()) {
      options.grid.push_back(count.integer());
    }
  }
  if (entry.has("fused")) options.fused = entry.at("fused").boolean();
  return options;
}

Order parse_order(const Entry& entry) {
  const auto order = find_order(entry.string());
  if (!order) entry.refuse("must be ascending, descending or boundary-first");
  return *order;
}

Placement parse_placement(const Entry& entry, const std::vector<Rank>& stage_ranks) {
  Placement placement;
  const std::string scheme = entry.at("scheme").string();
  placement.scheme = split::find_scheme(scheme);
  if (placement.scheme == nullptr) entry.at("scheme").refuse("unknown scheme '" + scheme + "'");
  for (const char* key : {"axes", "grid", "fused"}) {
    if (scheme != "spatial" && entry.has(key)) entry.at(key).refuse("is for spatial only");
  }
  placement.ranks = entry.has("ranks") ? parse_ranks(entry.at("ranks")) : stage_ranks;
  placement.options = parse_options(entry, placement.ranks.size());
  if (entry.has("chunks")) {
    const int chunks = entry.at("chunks").integer();
    if (chunks < 1) entry.at("chunks").refuse("must be at least 1");
    placement.chunks = static_cast<std::size_t>(chunks);
  }
  if (entry.has("order")) placement.order = parse_order(entry.at("order"));
  return placement;
}

split::WireType parse_wire(const Entry& entry) {
  const auto wire = split::find_wire_type(entry.string());
  if (!wire) entry.refuse("must be float32, float16 or int8");
  return *wire;
}

/// What an entry of a layer says: where it is placed, how its output travels, how it is computed.
void parse_layer(const std::string& layer, const Entry& entry, Replica& replica) {
  entry.expect_object({"scheme", "ranks", "shares", "axes", "grid", "fused", "chunks", "order",
                       "wire", "algorithms"});
  std::size_t besides = 0;
  if (entry.has("wire")) {
    replica.wires.emplace(layer, parse_wire(entry.at("wire")));
    ++besides;
  }
  if (entry.has("algorithms")) {
    replica.algorithms.emplace(layer, parse_algorithms(entry.at("algorithms")));
    ++besides;
  }
  if (besides > 0 && entry.members().size() == besides) return;
  replica.layers.emplace(layer, parse_placement(entry, replica.ranks));
}

Replica parse_replica(const Entry& entry) {
  Replica replica;
  replica.ranks = parse_ranks(entry.at("ranks"));
  if (!entry.has("layers")) return replica;
  for (const auto& [layer, about] : entry.at("layers").members()) {
    parse_layer(layer, about, replica);
  }
  return replica;
}

/// A stage of several replicas lists them; one of a single replica has its entries itself.
Stage parse_stage(const Entry& entry) {
  Stage stage;
  if (entry.has("replicas")) {
    entry.expect_object({"name", "from", "replicas"});
    const std::vector<Entry> replicas = entry.at("replicas").elements();
    if (replicas.size() > most_replicas) {
      entry.at("replicas").refuse(fmt::format("has more than {} replicas", most_replicas));
    }
    for (const Entry& replica : replicas) {
      replica.expect_object({"ranks", "layers"});
      stage.replicas.push_back(parse_replica(replica));
    }
  } else {
    entry.expect_object({"name", "from", "ranks", "layers"});
    stage.replicas.push_back(parse_replica(entry));
  }
  if (entry.has("name")) stage.name = entry.at("name").string();
  if (entry.has("from")) stage.from = entry.at("from").string();
  return stage;
}

graph::WeightsType parse_weights_type(const Entry& entry) {
  const auto type = graph::find_weights_type(entry.string());
  if (!type) entry.refuse("must be float32, float16 or int8");
  return *type;
}

Plan parse_document(const Entry& document) {
  json::expect_format(document, "plan", version);
  document.expect_object({"format", "version", "model", "ranks", "input_rank", "output_rank",
                          "in_flight", "weights_dtype", "stages"});
  Plan plan;
  plan.model = document.at("model").string();
  plan.ranks = parse_up_to(document.at("ranks"), most_ranks);
  if (document.has("input_rank")) plan.input_rank = {document.at("input_rank").integer()};
  if (document.has("output_rank")) plan.output_rank = {document.at("output_rank").integer()};
  if (document.has("in_flight")) {
    plan.in_flight = parse_up_to(document.at("in_flight"), most_in_flight);
  }
  if (document.has("weights_dtype")) {
    plan.weights_type = parse_weights_type(document.at("weights_dtype"));
  }
  for (const Entry& stage : document.at("stages").elements()) {
    plan.stages.push_back(parse_stage(stage));
  }
  return plan;
}

Json ranks_json(const std::vector<Rank>& ranks) {
  Json array = Json::array();
  for (const Rank rank : ranks) array.push_back(rank.value);
  return array;
}

Json placement_json(const Placement& placement) {
  Json entry;
  entry["scheme"] = placement.scheme->name;
  entry["ranks"] = ranks_json(placement.ranks);
  entry["shares"] = placement.options.shares;
  const split::SplitOptions defaults;
  if (placement.options.axes != defaults.axes) {
    entry["axes"] = Json::array();
    for (const Axis axis : placement.options.axes) entry["axes"].push_back(name(axis));
  }
  if (!placement.options.grid.empty()) entry["grid"] = placement.options.grid;
  if (placement.options.fused) entry["fused"] = true;
  if (placement.chunks > 1) entry["chunks"] = placement.chunks;
  if (placement.order != Order::ascending) entry["order"] = name(placement.order);
  return entry;
}

void write_replica(const Replica& replica, Json& entry) {
  entry["ranks"] = ranks_json(replica.ranks);
  entry["layers"] = Json::object();
  for (const auto& [layer, placement] : replica.layers) {
    entry["layers"][layer] = placement_json(placement);
  }
  for (const auto& [layer, wire] : replica.wires) {
    entry["layers"][layer]["wire"] = split::name(wire);
  }
  for (const auto& [layer, algorithms] : replica.algorithms) {
    Json& by_name = entry["layers"][layer]["algorithms"] = Json::object();
    for (const auto& [rank, algorithm] : algorithms) {
      by_name[std::string(graph::name(algorithm))].push_back(rank.value);
    }
  }
}

}  // namespace

Plan parse(const std::string& text, const std::string& origin, const graph::Graph& lowered) {
  return json::read_document(text, origin, [&](const Entry& document) {
    Plan plan = parse_document(document);
    if (plan.model != lowered.name()) {
      throw Error("/model: the plan is for {}, not for {}", plan.model, lowered.name());
    }
    validate(plan, lowered);
    return plan;
  });
}

std::string model_of(const std::string& text, const std::string& origin) {
  return json::read_document(text, origin, [](const Entry& document) {
    json::expect_format(document, "plan", version);
    return document.at("model").string();
  });
}

std::string to_json(const Plan& plan) {
  Json document;
  document["format"] = "shoal-plan";
  document["version"] = version;
  document["model"] = plan.model;
  document["ranks"] = plan.ranks;
  document["input_rank"] = plan.input_rank.value;
  document["output_rank"] = plan.output_rank.value;
  if (plan.in_flight > 0) document["in_flight"] = plan.in_flight;
  if (plan.weights_type != graph::WeightsType::float32) {
    document["weights_dtype"] = name(plan.weights_type);
  }
  document["stages"] = Json::array();
  for (const Stage& stage : plan.stages) {
    Json entry;
    entry["name"] = stage.name;
    if (!stage.from.empty()) entry["from"] = stage.from;
    if (stage.replicas.size() == 1) {
      write_replica(stage.replicas.front(), entry);
    } else {
      entry["replicas"] = Json::array();
      for (const Replica& replica : stage.replicas) {
        write_replica(replica, entry["replicas"].emplace_back());
      }
    }
    document["stages"].push_back(std::move(entry));
  }
  return document.dump(2) + "\n";
}

}  // namespace shoal::plan
