#pragma once

#include <string>

#include "shoal/plan/plan.hpp"

namespace shoal::cli {

/// `conv1 to conv5 spatial, fc1 output`, `conv1 to pool5 on rank 0; then flatten to fc3 on rank 1`:
/// the plan in a few words.
std::string summary(const plan::Plan& plan, const graph::Graph& lowered);

/// `3 of 4 ranks have nothing to do by this plan: 1-3`; empty where all have.
std::string idle_text(const plan::Plan& plan);

}  // namespace shoal::cli
