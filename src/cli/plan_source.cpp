#include "cli/plan_source.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "shoal/base/error.hpp"
#include "shoal/graph/lower.hpp"
#include "shoal/plan/document.hpp"
#include "shoal/plan/preset.hpp"
#include "shoal/plan/split_text.hpp"
#include "shoal/plan/wires.hpp"

namespace shoal::cli {
namespace {

/// The network that a plan names; the plan is at fault where there is none of that name.
graph::Model model_of_document(const std::string& document, const std::string& document_name) {
  const std::string name = plan::model_of(document, document_name);
  try {
    return graph::make_model(name);
  } catch (const Error& error) {
    throw error.in(document_name + ": /model");
  }
}

}  // namespace

options::options_description plan_options() {
  options::options_description declared("Where layers go");
  declared.add_options()("model", options::value<std::string>()->default_value(""),
                         "alexnet, vgg16, resnet50, xception or c3d")(
      "plan", options::value<std::string>()->default_value(""), "a plan document (JSON)")(
      "split", options::value<std::string>()->default_value(""),
      "in place of a plan: LAYER=SCHEME:RANKS,… such as conv=spatial:4,fc1=output:4,fc2=rank:1; "
      "LAYER may be conv, fc or all")(
      "weights-dtype", options::value<std::string>()->default_value(""),
      "hold the weights of dense layers as float32, float16 or int8; as the plan says without it")(
      "wire", options::value<std::string>()->default_value(""),
      "how all that moves travels: float32, float16 or int8; as the plan says without it");
  return declared;
}

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  std::error_code ignored;
  if (!file || std::filesystem::is_directory(path, ignored))
    throw Error("{}: cannot be read", path);
  return text.str();
}

graph::WeightsType parse_weights_dtype(const std::string& text) {
  if (text.empty()) return graph::WeightsType::float32;
  const auto type = graph::find_weights_type(text);
  if (!type) throw Error("--weights-dtype is float32, float16 or int8, not '{}'", text);
  return *type;
}

split::WireType parse_wire(const std::string& text) {
  if (const auto wire = split::find_wire_type(text)) return *wire;
  throw Error("--wire is float32, float16 or int8, not '{}'", text);
}

PlanSource plan_source(const options::variables_map& values, int ranks) {
  const auto text = [&](const char* name) { return values[name].as<std::string>(); };
  PlanSource source{text("model"),         "",           text("plan"), text("split"),
                    text("weights-dtype"), text("wire"), ranks};
  const std::string preset = values.count("preset") > 0 ? text("preset") : "";
  if (!source.document_name.empty()) {
    if (!preset.empty()) throw Error("give --plan or --preset, not both");
    source.document = read_text(source.document_name);
  } else if (!preset.empty()) {
    source.document_name = preset;
    source.document = plan::to_json(plan::preset(preset));
  }
  return source;
}

PlannedModel make_plan(const PlanSource& source) {
  const bool has_document = !source.document_name.empty();
  if (has_document && !source.split.empty()) throw Error("give --plan or --split, not both");
  if (source.model.empty() && !has_document) {
    throw Error("--model is missing; shoal model lists them");
  }
  graph::Model model = source.model.empty()
                           ? model_of_document(source.document, source.document_name)
                           : graph::make_model(source.model);
  graph::Graph lowered = graph::lower(model.graph);
  plan::Plan plan = has_document ? plan::parse(source.document, source.document_name, lowered)
                                 : plan::parse_split(source.split, source.ranks, lowered);
  if (!source.weights_dtype.empty()) plan.weights_type = parse_weights_dtype(source.weights_dtype);
  lowered.set_weights_type(plan.weights_type);
  if (!source.wire.empty()) plan::set_wires(plan, lowered, parse_wire(source.wire));
  return {std::move(model), std::move(lowered), std::move(plan)};
}

}  // namespace shoal::cli
