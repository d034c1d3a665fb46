#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "shoal/media/picture.hpp"

namespace shoal::media {

/// Turn that shows a stored picture upright, in EXIF's numbers: 1 as it is, 2 mirrored left to
/// right, 3 by 180 degrees, 4 mirrored top to bottom, 5 about the main diagonal, 6 by 90 degrees
/// clockwise, 7 about the other diagonal, 8 by 90 degrees anticlockwise.
using Orientation = int;

/// Orientation in the EXIF data of a JPEG, PNG, WebP or TIFF file; 1 where there is none or it
/// makes no sense.
Orientation orientation_of_file(const std::string& path);

/// Of a video's display matrix: 3x3, as FFmpeg has it. 1 where it is no turn by right angles.
Orientation orientation_of_matrix(std::span<const std::int32_t, 9> matrix);

Picture turn(Picture picture, Orientation orientation);

}  // namespace shoal::media
