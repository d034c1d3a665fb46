#pragma once

#include <cstdint>

#include "shoal/media/picture.hpp"

namespace shoal::media {

/// A shoal of fish over a sandy ground, for demonstrations and tests: at `seconds` of a scene in
/// which they swim. The same seed and time give the same picture.
Picture draw_scene(int width, int height, double seconds, std::uint32_t seed);

}  // namespace shoal::media
