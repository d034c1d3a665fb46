#pragma once

#include <cstdint>
#include <vector>

#include "shoal/program/program.hpp"

namespace shoal::program {

/// Whether compiled programs are proved right (program::check).
enum class Proof { check, none };

/// Programs of a plan's lanes (plan::lanes).
/// @param proof none for a search, which prices hundreds of plans and proves the one that it takes
std::vector<Program> compile_lanes(const plan::Plan& plan, const graph::Graph& lowered,
                                   Proof proof = Proof::check);

/// Of all lanes together; see digest(const Program&).
std::uint64_t digest(const std::vector<Program>& lanes);

}  // namespace shoal::program
