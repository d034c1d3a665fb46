#pragma once

namespace shoal::media {

/// Makes FFmpeg's formats of devices known, from its library for them, which is loaded only now: it
/// brings half of a desktop, and few ranks have a camera. An Error where it is missing.
void load_camera_formats();

}  // namespace shoal::media
