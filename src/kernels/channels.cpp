#include "kernels/channels.hpp"

#include <array>
#include <limits>
#include <utility>

#include "kernels/panels.hpp"

// NOLINTBEGIN(cppcoreguidelines-macro-usage)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/channels.cpp"
// NOLINTEND(cppcoreguidelines-macro-usage)
#include "kernels/vectors.hpp"

HWY_BEFORE_NAMESPACE();
namespace shoal::kernels::HWY_NAMESPACE {

void sum_of_products(Pixels pixels, Pixels weights, Index channels, const ChannelEnd& end,
                     float* out) {
  const Vector floor = hn::Set(Tag(), end.floor);
  for (Index c = 0; c < channels; c += lanes) {
    const Index count = channels - c;
    Vector sum = end.bias == nullptr ? hn::Zero(Tag()) : load_some(end.bias + c, count);
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      sum = hn::MulAdd(load_some(pixels[i] + c, count), load_some(weights[i] + c, count), sum);
    }
    store_some(at_least(floor, sum), out + c, count);
  }
}

/// `count` outputs next to each other, one vector of their channels.
template <std::size_t count, Index columns>
HWY_INLINE void window_block(const WindowRow& windows, const float* first, const float* weights,
                             Index channels, Index c, const ChannelEnd& end, float* out) {
  const Index left = channels - c;
  Vectors<count> sums;
  const Vector bias = end.bias == nullptr ? hn::Zero(Tag()) : load_some(end.bias + c, left);
#pragma GCC unroll 16
  for (std::size_t i = 0; i < count; ++i) sums[i] = bias;
  for (Index row = 0; row < windows.rows; ++row, weights += columns * channels) {
    Vectors<static_cast<std::size_t>(columns)> taps;
#pragma GCC unroll 16
    for (std::size_t k = 0; k < columns; ++k) {
      taps[k] = load_some(weights + static_cast<Index>(k) * channels + c, left);
    }
#pragma GCC unroll 16
    for (std::size_t x = 0; x < count + columns - 1; ++x) {
      const Vector pixel =
          load_some(first + row * windows.row + static_cast<Index>(x) * windows.pixel + c, left);
#pragma GCC unroll 16
      for (std::size_t k = 0; k < columns; ++k) {
        if (k <= x && x - k < count) sums[x - k] = hn::MulAdd(pixel, taps[k], sums[x - k]);
      }
    }
  }
  const Vector floor = hn::Set(Tag(), end.floor);
#pragma GCC unroll 16
  for (std::size_t i = 0; i < count; ++i) {
    store_some(at_least(floor, sums[i]), out + static_cast<Index>(i) * channels + c, left);
  }
}

template <std::size_t count, Index columns>
void window_outputs(const WindowRow& windows, const float* first, const float* weights,
                    Index channels, const ChannelEnd& end, float* out) {
  for (Index c = 0; c < channels; c += lanes) {
    window_block<count, columns>(windows, first, weights, channels, c, end, out);
  }
}

template <Index columns, std::size_t... sizes>
constexpr auto window_blocks(std::index_sequence<sizes...>) {
  return std::array{window_outputs<sizes + 1, columns>...};
}

void sums_of_window_row(const WindowRow& windows, const float* weights, Index channels,
                        const ChannelEnd& end, float* out) {
  constexpr Index most = 6;
  using Sizes = std::make_index_sequence<most>;
  static constexpr auto of_three = window_blocks<3>(Sizes());
  static constexpr auto of_five = window_blocks<5>(Sizes());
  const auto& blocks = windows.columns == 3 ? of_three : of_five;
  const Index count = divided_up(windows.outputs, most);
  for (Index i = 0, output = 0; i < count; ++i) {
    const Index size = (windows.outputs - output) / (count - i);
    blocks[static_cast<std::size_t>(size - 1)](windows, windows.first + output * windows.pixel,
                                               weights, channels, end, out + output * channels);
    output += size;
  }
}

void largest(Pixels pixels, Index channels, float floor, float* out) {
  for (Index c = 0; c < channels; c += lanes) {
    const Index count = channels - c;
    // What is not a number must not get lost behind a number: it is kept apart.
    Vector most = hn::Set(Tag(), floor);
    Vector unordered = hn::Zero(Tag());
    for (const float* pixel : pixels) {
      const Vector values = load_some(pixel + c, count);
      most = hn::Max(most, values);
      unordered = hn::IfThenElse(hn::IsNaN(values), values, unordered);
    }
    store_some(hn::Add(most, unordered), out + c, count);
  }
}

void scaled_sum(Pixels pixels, Index channels, float factor, float floor, float* out) {
  for (Index c = 0; c < channels; c += lanes) {
    const Index count = channels - c;
    Vector sum = hn::Zero(Tag());
    for (const float* pixel : pixels) sum = hn::Add(sum, load_some(pixel + c, count));
    sum = hn::Mul(sum, hn::Set(Tag(), factor));
    store_some(at_least(hn::Set(Tag(), floor), sum), out + c, count);
  }
}

}  // namespace shoal::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace shoal::kernels {

HWY_EXPORT(sum_of_products);
HWY_EXPORT(sums_of_window_row);
HWY_EXPORT(largest);
HWY_EXPORT(scaled_sum);

void sum_products(Pixels pixels, Pixels weights, Index channels, const ChannelEnd& end,
                  float* out) {
  HWY_DYNAMIC_DISPATCH(sum_of_products)(pixels, weights, channels, end, out);
}

bool has_window_row(Index columns) {
  return columns == 3 || columns == 5;
}

void sum_window_row(const WindowRow& windows, const float* weights, Index channels,
                    const ChannelEnd& end, float* out) {
  HWY_DYNAMIC_DISPATCH(sums_of_window_row)(windows, weights, channels, end, out);
}

void take_largest(Pixels pixels, Index channels, float floor, float* out) {
  HWY_DYNAMIC_DISPATCH(largest)(pixels, channels, floor, out);
}

void take_sum(Pixels pixels, Index channels, float factor, float floor, float* out) {
  HWY_DYNAMIC_DISPATCH(scaled_sum)(pixels, channels, factor, floor, out);
}

}  // namespace shoal::kernels
#endif
