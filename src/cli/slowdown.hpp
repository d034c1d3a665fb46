#pragma once

#include <string>
#include <vector>

#include "shoal/runtime/throttle.hpp"

#include "cli/options.hpp"

namespace shoal::cli {

/// --slow, for every verb that computes.
Option slowdown_option();

/// Slowdowns of --slow; nothing without it.
std::vector<runtime::ThrottleSpec> parse_slowdowns(const OptionValues& values);

/// A UsageError for a slowdown of a rank that is not there.
void expect_ranks(const std::vector<runtime::ThrottleSpec>& slowdowns, int ranks);

/// `[RANK:]FACTOR[@FRAME]`, as `1:3@50`: from frame 50 on rank 1 takes 3 times as long.
runtime::ThrottleSpec parse_slowdown(const std::string& text);

}  // namespace shoal::cli
