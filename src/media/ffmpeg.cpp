#include "media/ffmpeg.hpp"

#include <array>

#include "shoal/base/error.hpp"

namespace shoal::media {
namespace {

constexpr int scaling = SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;

/// The formats of old JPEGs say `full range` by their name; swscale wants it said apart.
AVPixelFormat without_range(AVPixelFormat format, bool& full_range) {
  switch (format) {
    case AV_PIX_FMT_YUVJ420P:
      full_range = true;
      return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUVJ422P:
      full_range = true;
      return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ444P:
      full_range = true;
      return AV_PIX_FMT_YUV444P;
    case AV_PIX_FMT_YUVJ440P:
      full_range = true;
      return AV_PIX_FMT_YUV440P;
    default:
      return format;
  }
}

Scaler make_scaler(const AVFrame& from, const AVFrame& to) {
  bool from_full = from.color_range == AVCOL_RANGE_JPEG;
  bool to_full = to.color_range == AVCOL_RANGE_JPEG;
  const AVPixelFormat from_format =
      without_range(static_cast<AVPixelFormat>(from.format), from_full);
  const AVPixelFormat to_format = without_range(static_cast<AVPixelFormat>(to.format), to_full);
  Scaler scaler(ffmpeg().sws_getContext(from.width, from.height, from_format, to.width, to.height,
                                        to_format, scaling, nullptr, nullptr, nullptr));
  if (!scaler) throw Error("a picture of {}x{} cannot be converted", from.width, from.height);
  // Large videos are of another colour matrix than pictures; where none is told, it is theirs.
  ffmpeg().sws_setColorspaceDetails(scaler.get(), ffmpeg().sws_getCoefficients(from.colorspace),
                                    from_full ? 1 : 0, ffmpeg().sws_getCoefficients(to.colorspace),
                                    to_full ? 1 : 0, 0, 1 << 16, 1 << 16);
  return scaler;
}

}  // namespace

std::string error_text(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  ffmpeg().av_strerror(code, text.data(), text.size());
  return text.data();
}

int expect(int code, const std::string& file) {
  if (code < 0) throw Error("{}: {}", file, error_text(code));
  return code;
}

Frame make_frame(AVPixelFormat format, int width, int height) {
  Frame frame(ffmpeg().av_frame_alloc());
  frame->format = format;
  frame->width = width;
  frame->height = height;
  expect(ffmpeg().av_frame_get_buffer(frame.get(), 0), "a frame's memory");
  return frame;
}

Frame load(const Picture& picture, const Rectangle& part) {
  Frame frame = make_frame(AV_PIX_FMT_RGB24, part.width, part.height);
  ffmpeg().av_image_copy_plane(frame->data[0], frame->linesize[0], picture.pixel(part.x, part.y),
                               picture.width * 3, part.width * 3, part.height);
  return frame;
}

void store(const AVFrame& frame, Picture& picture, int x, int y) {
  ffmpeg().av_image_copy_plane(picture.pixel(x, y), picture.width * 3, frame.data[0],
                               frame.linesize[0], frame.width * 3, frame.height);
}

void convert(const AVFrame& from, AVFrame& to) {
  const Scaler scaler = make_scaler(from, to);
  ffmpeg().sws_scale(scaler.get(), from.data, from.linesize, 0, from.height, to.data, to.linesize);
}

Picture to_picture(const AVFrame& frame) {
  const Frame target = make_frame(AV_PIX_FMT_RGB24, frame.width, frame.height);
  convert(frame, *target);
  Picture picture(frame.width, frame.height);
  store(*target, picture, 0, 0);
  return picture;
}

void to_frame(const Picture& picture, AVFrame& frame) {
  convert(*load(picture, {0, 0, picture.width, picture.height}), frame);
}

}  // namespace shoal::media
