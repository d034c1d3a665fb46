#pragma once

#include <string>

#include "shoal/graph/zoo.hpp"
#include "shoal/plan/plan.hpp"

#include "cli/options.hpp"

namespace shoal::cli {

/// The options that say how a network is placed: a plan document or a `--split` text.
options::options_description plan_options();

/// A network and where its layers go.
struct PlannedModel {
  graph::Model model;
  graph::Graph lowered;
  plan::Plan plan;
};

/// From the text of a plan document (`document`, with its file name) or from `--split`; neither is
/// everything on rank 0. The network is `name`, or the one that the document is for. All that moves
/// travels as `wire`, or, where that is empty, as the document says.
PlannedModel make_plan(const std::string& name, const std::string& document,
                       const std::string& document_name, const std::string& split,
                       const std::string& wire, int ranks);

/// What `--wire` says.
split::WireType parse_wire(const std::string& text);

/// A whole file as text; an Error where it cannot be read.
std::string read_text(const std::string& path);

}  // namespace shoal::cli
