#pragma once

#include <string>
#include <vector>

#include "shoal/runtime/slowdown.hpp"

#include "cli/options.hpp"

namespace shoal::cli {

/// --slow, for every verb that computes.
Option slowdown_option();

/// Slowdowns of --slow; nothing without it.
std::vector<runtime::Slowdown> parse_slowdowns(const OptionValues& values);

/// A UsageError for a slowdown of a rank that is not there.
void expect_ranks(const std::vector<runtime::Slowdown>& slowdowns, int ranks);

/// `[RANK:]FACTOR[@FRAME]`, as `1:3@50`: from frame 50 on rank 1 takes 3 times as long.
runtime::Slowdown parse_slowdown(const std::string& text);

}  // namespace shoal::cli
