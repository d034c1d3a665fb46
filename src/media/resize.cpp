#include <algorithm>

#include "media/ffmpeg.hpp"

namespace shoal::media {
namespace {

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

Picture resize(const Picture& picture, int width, int height, Aspect aspect) {
  Rectangle from{0, 0, picture.width, picture.height};
  Rectangle to{0, 0, width, height};
  if (aspect == Aspect::crop) from = middle(picture.width, picture.height, width, height);
  if (aspect == Aspect::pad) to = middle(width, height, picture.width, picture.height);
  if (picture.width == width && picture.height == height) return picture;
  const Frame target = make_frame(AV_PIX_FMT_RGB24, to.width, to.height);
  convert(*load(picture, from), *target);
  Picture result(width, height);
  store(*target, result, to.x, to.y);
  return result;
}

}  // namespace shoal::media
