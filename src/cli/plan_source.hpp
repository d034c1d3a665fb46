#pragma once

#include <string>

#include "shoal/graph/zoo.hpp"
#include "shoal/plan/plan.hpp"

#include "cli/options.hpp"
#include "cli/text_file.hpp"

namespace shoal::cli {

/// Value of `--split` of `shoal run` that lets it plan by itself; without `--plan` and `--split` it
/// does so too.
inline constexpr const char* auto_split = "auto";

/// The options that say how a network is placed: a plan document or a `--split` text.
OptionGroup plan_options();

/// A network and where its layers go.
struct PlannedModel {
  graph::Model model;
  graph::Graph lowered;
  plan::Plan plan;
};

/// Options from which a plan is made. Neither document nor split is everything on rank 0.
struct PlanSource {
  std::string model;          ///< or the one that the document is for
  std::string document;       ///< the text of a plan document
  std::string document_name;  ///< its file; empty without one
  std::string split;          ///< see plan::parse_split
  std::string weights_dtype;  ///< in place of the plan's own
  std::string wire;           ///< of all that moves, in place of the plan's own
  int ranks = 1;              ///< for the split
};

/// From plan_options(), and `preset` where it is an option too; the document's file is read.
PlanSource plan_source(const OptionValues& values, int ranks);

PlannedModel make_plan(const PlanSource& source);

/// Lets a plan be carried out by `ranks` ranks, some of which may have nothing to do. An Error
/// where these are too few.
/// @param name of its document
void give_ranks(plan::Plan& plan, int ranks, const std::string& name);

/// As what the weights of dense layers are held; float32 where the text is empty.
graph::WeightsType parse_weights_dtype(const std::string& text);

}  // namespace shoal::cli
