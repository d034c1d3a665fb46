#include "cli/plan_source.hpp"

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

/// What is wrong with the text is wrong with the command line.
plan::Plan parse_split(const PlanSource& source, const graph::Graph& lowered) {
  try {
    return plan::parse_split(source.split, source.ranks, lowered);
  } catch (const Error& error) {
    throw UsageError("{}", error.what());
  }
}

}  // namespace

OptionGroup plan_options() {
  const std::vector<std::string> types = {"float32", "float16", "int8"};
  return {"Where layers go",
          {{.name = "model",
            .takes = Text{"NAME"},
            .help = "the network: alexnet, vgg16, resnet50, xception or c3d"},
           {.name = "plan", .takes = ReadFile{}, .help = "a plan document (JSON)"},
           {.name = "split",
            .takes = Text{"TEXT"},
            .help = "in place of a plan: LAYER=SCHEME:RANKS,… such as "
                    "conv=spatial:4,fc1=output:4,fc2=rank:1; LAYER may be conv, fc or all; of run "
                    "also auto, which is the default",
            .excludes = {"plan"}},
           {.name = "weights-dtype",
            .takes = Word{"TYPE", types},
            .help = "how weights of dense layers are held; as the plan says without it"},
           {.name = "wire",
            .takes = Word{"TYPE", types},
            .help = "how all that moves travels; as the plan says without it"}}};
}

graph::WeightsType parse_weights_dtype(const std::string& text) {
  if (text.empty()) return graph::WeightsType::float32;
  return graph::find_weights_type(text).value();
}

PlanSource plan_source(const OptionValues& values, int ranks) {
  PlanSource source{.model = values.text("model"),
                    .document = "",
                    .document_name = values.text("plan"),
                    .split = values.text("split"),
                    .weights_dtype = values.text("weights-dtype"),
                    .wire = values.text("wire"),
                    .ranks = ranks};
  const std::string preset = values.text("preset");
  if (!source.document_name.empty()) {
    source.document = read_text(source.document_name);
  } else if (!preset.empty()) {
    source.document_name = preset;
    source.document = plan::to_json(plan::preset(preset));
  }
  return source;
}

PlannedModel make_plan(const PlanSource& source) {
  const bool has_document = !source.document_name.empty();
  if (source.model.empty() && !has_document) {
    throw UsageError("--model is missing; shoal model lists them");
  }
  if (source.split == auto_split) {
    throw UsageError(
        "--split auto is for shoal run; shoal plan --model NAME --profile FILE makes a plan");
  }
  graph::Model model = source.model.empty()
                           ? model_of_document(source.document, source.document_name)
                           : graph::make_model(source.model);
  graph::Graph lowered = graph::lower(model.graph);
  plan::Plan plan = has_document ? plan::parse(source.document, source.document_name, lowered)
                                 : parse_split(source, lowered);
  if (!source.weights_dtype.empty()) plan.weights_type = parse_weights_dtype(source.weights_dtype);
  lowered.set_weights_type(plan.weights_type);
  if (!source.wire.empty())
    plan::set_wires(plan, lowered, split::find_wire_type(source.wire).value());
  return {std::move(model), std::move(lowered), std::move(plan)};
}

void give_ranks(plan::Plan& plan, int ranks, const std::string& name) {
  if (plan.ranks > ranks) {
    throw Error("{}: the plan is for {} ranks, there are {}; start it with mpirun -n {}", name,
                plan.ranks, ranks, plan.ranks);
  }
  plan.ranks = ranks;
}

}  // namespace shoal::cli
