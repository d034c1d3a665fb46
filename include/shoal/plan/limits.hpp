#pragma once

#include <cstddef>

namespace shoal::plan {

/// A plan for more ranks is refused before anything is made of it.
inline constexpr int most_ranks = 4096;
/// Of a stage: each makes a lane, and every lane has a program for every rank.
inline constexpr std::size_t most_replicas = 256;
/// Frames between input and answer.
inline constexpr int most_in_flight = 10'000;

}  // namespace shoal::plan
