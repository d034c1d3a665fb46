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

/// An Error where there are several devices and no network is known: every transfer would take for
/// ever.
void expect_network(const profile::Profile& profile);

/// Whether so many devices of that memory can hold the network's weights at all, each once.
bool weights_fit(const graph::Graph& lowered, Bytes memory, std::size_t devices);

/// The device with most memory.
const profile::Device& roomiest(const profile::Profile& profile);

}  // namespace shoal::planner
