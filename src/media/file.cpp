#include "shoal/base/error.hpp"

#include "media/camera_formats.hpp"
#include "media/picture_file.hpp"
#include "media/video.hpp"

namespace shoal::media {
namespace {

/// Containers of videos; without it FFmpeg takes any text for terminal art, and a playlist for
/// leave to open other files.
constexpr const char* video_formats =
    "mov,matroska,avi,mpeg,mpegts,mpegvideo,m4v,flv,gif,apng,ogg,asf,h264,hevc,mjpeg,ivf,"
    "yuv4mpegpipe,nut";

}  // namespace

std::unique_ptr<Pictures> open_file(const std::string& path, Animation animation) {
  const FileKind kind = kind_of_file(path);
  if (kind.is_animated_webp) {
    throw Error("{}: is an animated WebP, which FFmpeg cannot read; make it a GIF or a video",
                path);
  }
  Options options;
  options.set("protocol_whitelist", "file");
  // Names such as 12:30.mp4 and day%d.png are files', never an address or a pattern.
  Video::File file{.path = path, .url = "file:" + path};
  const bool is_animated = animation == Animation::frames && kind.is_animated_png;
  if (kind.picture == AV_CODEC_ID_NONE || is_animated) {
    options.set("format_whitelist", video_formats);
    if (is_animated) file.format = ffmpeg().av_find_input_format("apng");
    return std::make_unique<Video>(std::move(file), options);
  }
  options.set("pattern_type", "none");
  file.format = ffmpeg().av_find_input_format("image2");
  file.codec = kind.picture;
  file.kind = Video::Kind::picture;
  file.orientation = orientation_of_file(path);
  return std::make_unique<Video>(std::move(file), options);
}

std::unique_ptr<Pictures> open_camera(const std::string& path, const SourceOptions& options) {
  load_camera_formats();
  const AVInputFormat* format = ffmpeg().av_find_input_format("video4linux2,v4l2");
  if (format == nullptr) throw Error("{}: this FFmpeg cannot read cameras", path);
  Options settings;
  settings.set("video_size", options.camera_size);
  settings.set("framerate", options.camera_rate);
  return std::make_unique<Video>(
      Video::File{.path = path, .url = path, .format = format, .kind = Video::Kind::camera},
      settings);
}

}  // namespace shoal::media
