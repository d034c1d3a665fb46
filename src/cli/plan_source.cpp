#include "cli/plan_source.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "shoal/base/error.hpp"
#include "shoal/graph/lower.hpp"
#include "shoal/plan/document.hpp"
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

split::WireType parse_wire(const std::string& text) {
  if (const auto wire = split::find_wire_type(text)) return *wire;
  throw Error("--wire is float32, float16 or int8, not '{}'", text);
}

PlannedModel make_plan(const std::string& name, const std::string& document,
                       const std::string& document_name, const std::string& split,
                       const std::string& wire, int ranks) {
  const bool has_document = !document_name.empty();
  if (has_document && !split.empty()) throw Error("give --plan or --split, not both");
  if (name.empty() && !has_document) throw Error("--model is missing; shoal model lists them");
  graph::Model model =
      name.empty() ? model_of_document(document, document_name) : graph::make_model(name);
  graph::Graph lowered = graph::lower(model.graph);
  plan::Plan plan = has_document ? plan::parse(document, document_name, lowered)
                                 : plan::parse_split(split, ranks, lowered);
  if (!wire.empty()) plan::set_wires(plan, lowered, parse_wire(wire));
  return {std::move(model), std::move(lowered), std::move(plan)};
}

}  // namespace shoal::cli
