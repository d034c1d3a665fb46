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
  Scaler scaler(sws_getContext(from.width, from.height, from_format, to.width, to.height, to_format,
                               scaling, nullptr, nullptr, nullptr));
  if (!scaler) throw Error("a picture of {}x{} cannot be converted", from.width, from.height);
  const int* matrix = sws_getCoefficients(SWS_CS_DEFAULT);
  sws_setColorspaceDetails(scaler.get(), matrix, from_full ? 1 : 0, matrix, to_full ? 1 : 0, 0,
                           1 << 16, 1 << 16);
  return scaler;
}

void convert(const AVFrame& from, AVFrame& to) {
  const Scaler scaler = make_scaler(from, to);
  sws_scale(scaler.get(), from.data, from.linesize, 0, from.height, to.data, to.linesize);
}

/// A frame that looks at a picture's bytes.
Frame look_at(const std::uint8_t* rgb, int width, int height, int line) {
  Frame frame(av_frame_alloc());
  frame->format = AV_PIX_FMT_RGB24;
  frame->width = width;
  frame->height = height;
  // FFmpeg's frames are not const, this one is only read or is a picture's of the caller's own.
  frame->data[0] = const_cast<std::uint8_t*>(rgb);
  frame->linesize[0] = line;
  return frame;
}

struct Rectangle {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

/// The largest rectangle of the aspect of `like` in the middle of width x height.
Rectangle middle(int width, int height, int like_width, int like_height) {
  const auto scaled = [](int value, int times, int by) {
    return static_cast<int>((static_cast<std::int64_t>(value) * times + by / 2) / by);
  };
  Rectangle part{0, 0, width, height};
  if (static_cast<std::int64_t>(width) * like_height >
      static_cast<std::int64_t>(height) * like_width) {
    part.width = std::max(1, scaled(height, like_width, like_height));
  } else {
    part.height = std::max(1, scaled(width, like_height, like_width));
  }
  part.x = (width - part.width) / 2;
  part.y = (height - part.height) / 2;
  return part;
}

}  // namespace

void prepare_library() {
  av_log_set_level(AV_LOG_QUIET);
}

std::string error_text(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

int expect(int code, const std::string& file) {
  if (code < 0) throw Error("{}: {}", file, error_text(code));
  return code;
}

Frame make_frame(AVPixelFormat format, int width, int height) {
  Frame frame(av_frame_alloc());
  frame->format = format;
  frame->width = width;
  frame->height = height;
  expect(av_frame_get_buffer(frame.get(), 0), "a frame's memory");
  return frame;
}

Picture to_picture(const AVFrame& frame) {
  Picture picture(frame.width, frame.height);
  const Frame target =
      look_at(picture.rgb.data(), picture.width, picture.height, picture.width * 3);
  convert(frame, *target);
  return picture;
}

void to_frame(const Picture& picture, AVFrame& frame) {
  const Frame source =
      look_at(picture.rgb.data(), picture.width, picture.height, picture.width * 3);
  convert(*source, frame);
}

Picture resize(const Picture& picture, int width, int height, Aspect aspect) {
  Rectangle from{0, 0, picture.width, picture.height};
  Rectangle to{0, 0, width, height};
  if (aspect == Aspect::crop) from = middle(picture.width, picture.height, width, height);
  if (aspect == Aspect::pad) to = middle(width, height, picture.width, picture.height);
  if (from.width == to.width && from.height == to.height && from.width == picture.width &&
      from.height == picture.height && to.width == width && to.height == height) {
    return picture;
  }
  Picture result(width, height);
  const Frame source =
      look_at(picture.pixel(from.x, from.y), from.width, from.height, picture.width * 3);
  const Frame target = look_at(result.pixel(to.x, to.y), to.width, to.height, width * 3);
  convert(*source, *target);
  return result;
}

}  // namespace shoal::media
