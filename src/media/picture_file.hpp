#pragma once

#include <string>

#include "media/ffmpeg_library.hpp"

namespace shoal::media {

/// The kinds of pictures that can be read, for messages.
inline constexpr const char* picture_kinds = "JPEG, PNG, BMP, WebP, PPM or TIFF picture";

/// Kind of a file, by its first bytes: many a PNG is called .jpg.
struct FileKind {
  AVCodecID picture = AV_CODEC_ID_NONE;  ///< of a picture; none for what may be a video
  bool is_animated_png = false;
  bool is_animated_webp = false;
};

/// An Error where the file cannot be read, or is called a picture and is neither that nor a GIF.
FileKind kind_of_file(const std::string& path);

/// Whether a file of this name is a picture.
bool is_picture_name(const std::string& path);

}  // namespace shoal::media
