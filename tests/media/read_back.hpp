#pragma once

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "shoal/media/source.hpp"

namespace shoal::media {

/// What a network of this input is fed with, as 8-bit values can be told back from it.
inline SourceOptions options_for(const Shape& input) {
  SourceOptions options;
  options.input = input;
  options.preprocessing = graph::Preprocessing::tf;
  return options;
}

inline std::vector<Item> read_all(const std::string& path, const SourceOptions& options) {
  std::vector<Item> items;
  const auto source = open(path, options);
  while (auto item = source->next()) items.push_back(std::move(*item));
  return items;
}

/// Frame `depth` of a tensor that options_for() made.
inline Picture picture_of(const Tensor& tensor, Index depth = 0) {
  Picture picture(static_cast<int>(tensor.shape()[Axis::width]),
                  static_cast<int>(tensor.shape()[Axis::height]));
  const auto floats = tensor.span().subspan(static_cast<std::size_t>(depth) * picture.rgb.size(),
                                            picture.rgb.size());
  std::transform(floats.begin(), floats.end(), picture.rgb.begin(), [](float value) {
    return static_cast<std::uint8_t>(std::lround((value + 1) * 127.5F));
  });
  return picture;
}

/// One colour all over.
inline Picture plain(int width, int height, std::uint8_t r, std::uint8_t g, std::uint8_t b) {
  Picture picture(width, height);
  for (std::size_t i = 0; i < picture.rgb.size(); i += 3) {
    picture.rgb[i] = r;
    picture.rgb[i + 1] = g;
    picture.rgb[i + 2] = b;
  }
  return picture;
}

/// The mean of the absolute differences of their bytes.
inline double mean_difference(const Picture& a, const Picture& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.rgb.size(); ++i) sum += std::abs(int{a.rgb[i]} - int{b.rgb[i]});
  return sum / static_cast<double>(a.rgb.size());
}

}  // namespace shoal::media
