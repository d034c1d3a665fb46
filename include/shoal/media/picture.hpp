#pragma once

#include <cstdint>
#include <vector>

#include "shoal/graph/zoo.hpp"
#include "shoal/tensor/tensor.hpp"

namespace shoal::media {

/// 8-bit RGB, row by row from the top, three bytes for a pixel.
struct Picture {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;

  Picture() = default;
  Picture(int w, int h)
      : width(w), height(h), rgb(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * 3) {}

  [[nodiscard]] const std::uint8_t* pixel(int x, int y) const { return &rgb[offset(x, y)]; }
  [[nodiscard]] std::uint8_t* pixel(int x, int y) { return &rgb[offset(x, y)]; }

 private:
  [[nodiscard]] std::size_t offset(int x, int y) const {
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
            static_cast<std::size_t>(x)) *
           3;
  }
};

/// Treatment of a picture whose aspect is not the network's.
enum class Aspect {
  stretch,  ///< scaled to the network's size, as Keras's load_img does
  crop,     ///< scaled until it covers the network's size, then the middle is taken
  pad       ///< scaled until it fits into the network's size, black around it
};

/// Scaled to this size, bilinear (libswscale; a pixel of a smaller picture is a weighted mean of
/// all that it covers).
Picture resize(const Picture& picture, int width, int height, Aspect aspect);

/// The picture as floats, as Keras Applications' imagenet_utils.preprocess_input makes them, into
/// the height x width x 3 floats at `to`.
void preprocess(const Picture& picture, graph::Preprocessing mode, std::span<float> to);

}  // namespace shoal::media
