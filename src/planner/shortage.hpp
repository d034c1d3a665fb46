#pragma once

#include <cstddef>
#include <optional>

#include "shoal/base/error.hpp"
#include "shoal/profile/profile.hpp"

namespace shoal::planner {

/// Why a network does not fit on the devices: the layer of which each device's part needs most, how
/// many bytes are missing and where.
/// @param would_do so many devices like the one with most memory, if that is known
Error shortage(const graph::Graph& lowered, const profile::Profile& profile,
               std::optional<std::size_t> would_do);

/// The device with most memory.
const profile::Device& roomiest(const profile::Profile& profile);

}  // namespace shoal::planner
