#include <array>
#include <stdexcept>

#include "shoal/media/picture.hpp"

namespace shoal::media {
namespace {

/// What an output channel is made of: an RGB channel times a scale plus an offset.
struct Channel {
  std::size_t source;
  double scale;
  double offset;
};

/// The numbers are those of keras.applications.imagenet_utils.
std::array<Channel, 3> channels(graph::Preprocessing mode) {
  switch (mode) {
    case graph::Preprocessing::caffe:
      return {{{2, 1.0, -103.939}, {1, 1.0, -116.779}, {0, 1.0, -123.68}}};
    case graph::Preprocessing::tf:
      return {{{0, 1 / 127.5, -1.0}, {1, 1 / 127.5, -1.0}, {2, 1 / 127.5, -1.0}}};
    case graph::Preprocessing::torch:
      return {{{0, 1 / 255.0 / 0.229, -0.485 / 0.229},
               {1, 1 / 255.0 / 0.224, -0.456 / 0.224},
               {2, 1 / 255.0 / 0.225, -0.406 / 0.225}}};
  }
  throw std::logic_error("unknown preprocessing");
}

}  // namespace

void preprocess(const Picture& picture, graph::Preprocessing mode, std::span<float> to) {
  if (to.size() != picture.rgb.size()) throw std::logic_error("a picture of another size");
  const std::array<Channel, 3> mix = channels(mode);
  for (std::size_t pixel = 0; pixel < picture.rgb.size(); pixel += 3) {
    for (std::size_t c = 0; c < 3; ++c) {
      to[pixel + c] = static_cast<float>(
          static_cast<double>(picture.rgb[pixel + mix[c].source]) * mix[c].scale + mix[c].offset);
    }
  }
}

}  // namespace shoal::media
