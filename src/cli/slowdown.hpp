#pragma once

#include <string>
#include <vector>

#include "shoal/runtime/slowdown.hpp"

#include "cli/options.hpp"

namespace shoal::cli {

/// --slow, for every verb that computes.
options::options_description slowdown_option();

/// What --slow said; nothing without it.
std::vector<runtime::Slowdown> parse_slowdowns(const options::variables_map& values);

/// `[RANK:]FACTOR[@FRAME]`, as `1:3@50`: from frame 50 on rank 1 takes 3 times as long.
runtime::Slowdown parse_slowdown(const std::string& text);

}  // namespace shoal::cli
