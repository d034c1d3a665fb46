#pragma once

#include <string>

#include "shoal/plan/plan.hpp"

namespace shoal::plan {

/// The plan in a JSON document (docs/plan.schema.json), validated against the network that it
/// names. `origin` (a file name) begins the message of every Error, followed by the offending
/// entry's path.
Plan parse(const std::string& text, const std::string& origin, const graph::Graph& lowered);

/// The network that a document is for; an Error where it does not say.
std::string model_of(const std::string& text, const std::string& origin);

/// The document of a plan; parse() of it gives the plan back.
std::string to_json(const Plan& plan);

}  // namespace shoal::plan
