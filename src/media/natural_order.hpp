#pragma once

#include <string_view>

namespace shoal::media {

/// Whether a name comes before another: numbers in them count as numbers (`img2` before `img10`),
/// all else byte by byte.
bool comes_before(std::string_view a, std::string_view b);

}  // namespace shoal::media
