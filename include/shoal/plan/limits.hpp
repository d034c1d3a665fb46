#pragma once

namespace shoal::plan {

/// A plan for more ranks is refused before anything is made of it.
inline constexpr int most_ranks = 4096;

}  // namespace shoal::plan
