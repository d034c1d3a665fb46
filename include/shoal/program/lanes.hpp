#pragma once

#include <cstdint>
#include <vector>

#include "shoal/program/program.hpp"

namespace shoal::program {

/// The checked programs of a plan's lanes (plan::lanes).
std::vector<Program> compile_lanes(const plan::Plan& plan, const graph::Graph& lowered);

/// Of all lanes together; see digest(const Program&).
std::uint64_t digest(const std::vector<Program>& lanes);

}  // namespace shoal::program
