#include "kernels/winograd_transform.hpp"

#include <array>

#include "kernels/winograd_tile.hpp"

// NOLINTBEGIN(cppcoreguidelines-macro-usage)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/winograd_transform.cpp"
// NOLINTEND(cppcoreguidelines-macro-usage)
#include "kernels/vectors.hpp"

HWY_BEFORE_NAMESPACE();
namespace shoal::kernels::HWY_NAMESPACE {

/// What is transformed at once: a row or a column of a tile.
template <std::size_t count>
using Line = Vectors<count>;

HWY_INLINE Vector factor(double value) {
  return hn::Set(Tag(), static_cast<float>(value));
}

/// sum + value * x, where the value is a constant that is seldom a general number.
HWY_INLINE Vector add_times(Vector sum, double value, Vector x) {
  if (value == 0) return sum;
  if (value == 1) return hn::Add(sum, x);
  if (value == -1) return hn::Sub(sum, x);
  return hn::MulAdd(factor(value), x, sum);
}

/// The part of a row's product that has even (first = 0) or odd (first = 1) indices.
template <std::size_t count>
HWY_INLINE Vector every_other(const std::array<double, count>& row, std::size_t first,
                              const Line<count>& x) {
  Vector sum = hn::Zero(Tag());
#pragma GCC unroll 8
  for (std::size_t j = first; j < count; j += 2) sum = add_times(sum, row[j], x[j]);
  return sum;
}

template <std::size_t m>
HWY_INLINE Line<m + 2> transform_inputs(const Line<m + 2>& x) {
  using Tile = WinogradTile<m>;
  Line<m + 2> result;
  result[0] = every_other(Tile::input_of_zero, 0, x);
#pragma GCC unroll 4
  for (std::size_t pair = 0; pair < Tile::pairs; ++pair) {
    const Vector even = every_other(Tile::input_of_pair[pair], 0, x);
    const Vector odd = every_other(Tile::input_of_pair[pair], 1, x);
    result[2 * pair + 1] = hn::Add(even, odd);
    result[2 * pair + 2] = hn::Sub(even, odd);
  }
  result[m + 1] = every_other(Tile::input_of_infinity, 1, x);
  return result;
}

template <std::size_t m>
HWY_INLINE Line<m> transform_outputs(const Line<m + 2>& x) {
  using Tile = WinogradTile<m>;
  Line<Tile::pairs> sums;
  Line<Tile::pairs> differences;
#pragma GCC unroll 4
  for (std::size_t pair = 0; pair < Tile::pairs; ++pair) {
    sums[pair] = hn::Add(x[2 * pair + 1], x[2 * pair + 2]);
    differences[pair] = hn::Sub(x[2 * pair + 1], x[2 * pair + 2]);
  }
  Line<m> result;
#pragma GCC unroll 8
  for (std::size_t i = 0; i < m; ++i) {
    Vector sum = i == 0 ? x[0] : i == m - 1 ? x[m + 1] : hn::Zero(Tag());
#pragma GCC unroll 4
    for (std::size_t pair = 0; pair < Tile::pairs; ++pair) {
      sum = add_times(sum, Tile::power(pair, i), i % 2 == 0 ? sums[pair] : differences[pair]);
    }
    result[i] = sum;
  }
  return result;
}

template <std::size_t m>
void transform_input_tile(const float* const* pixels, Index channels, float* transformed,
                          Index position_stride) {
  constexpr std::size_t side = m + 2;
  for (Index c = 0; c < channels; c += lanes) {
    const Index count = channels - c;
    Line<side> columns[side];  // NOLINT(modernize-avoid-c-arrays): as Vectors
    for (std::size_t column = 0; column < side; ++column) {
      Line<side> line;
#pragma GCC unroll 8
      for (std::size_t row = 0; row < side; ++row) {
        line[row] = load_some(pixels[row * side + column] + c, count);
      }
      columns[column] = transform_inputs<m>(line);
    }
    float* to = transformed + c;
    for (std::size_t row = 0; row < side; ++row) {
      Line<side> line;
#pragma GCC unroll 8
      for (std::size_t column = 0; column < side; ++column) line[column] = columns[column][row];
      line = transform_inputs<m>(line);
#pragma GCC unroll 8
      for (std::size_t column = 0; column < side; ++column, to += position_stride) {
        store_some(line[column], to, count);
      }
    }
  }
}

template <std::size_t m>
void transform_output_tile(const float* sums, Index position_stride, Index channels,
                           const ChannelEnd& end, float* const* pixels) {
  constexpr std::size_t side = m + 2;
  const Vector floor = hn::Set(Tag(), end.floor);
  for (Index c = 0; c < channels; c += lanes) {
    const Index count = channels - c;
    Line<m> columns[side];  // NOLINT(modernize-avoid-c-arrays): as Vectors
    for (std::size_t column = 0; column < side; ++column) {
      Line<side> line;
#pragma GCC unroll 8
      for (std::size_t row = 0; row < side; ++row) {
        line[row] =
            load_some(sums + c + static_cast<Index>(row * side + column) * position_stride, count);
      }
      columns[column] = transform_outputs<m>(line);
    }
    const Vector bias = end.bias == nullptr ? hn::Zero(Tag()) : load_some(end.bias + c, count);
    for (std::size_t row = 0; row < m; ++row) {
      Line<side> line;
#pragma GCC unroll 8
      for (std::size_t column = 0; column < side; ++column) line[column] = columns[column][row];
      const Line<m> outputs = transform_outputs<m>(line);
#pragma GCC unroll 8
      for (std::size_t column = 0; column < m; ++column) {
        float* to = pixels[row * m + column];
        if (to == nullptr) continue;
        store_some(at_least(floor, hn::Add(outputs[column], bias)), to + c, count);
      }
    }
  }
}

void transform_input_of(Index m, const float* const* pixels, Index channels, float* transformed,
                        Index position_stride) {
  const auto transform = m == 2   ? transform_input_tile<2>
                         : m == 4 ? transform_input_tile<4>
                                  : transform_input_tile<6>;
  transform(pixels, channels, transformed, position_stride);
}

void transform_output_of(Index m, const float* sums, Index position_stride, Index channels,
                         const ChannelEnd& end, float* const* pixels) {
  const auto transform = m == 2   ? transform_output_tile<2>
                         : m == 4 ? transform_output_tile<4>
                                  : transform_output_tile<6>;
  transform(sums, position_stride, channels, end, pixels);
}

}  // namespace shoal::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace shoal::kernels {

HWY_EXPORT(transform_input_of);
HWY_EXPORT(transform_output_of);

void transform_input(Index m, const float* const* pixels, Index channels, float* transformed,
                     Index position_stride) {
  HWY_DYNAMIC_DISPATCH(transform_input_of)(m, pixels, channels, transformed, position_stride);
}

void transform_output(Index m, const float* sums, Index position_stride, Index channels,
                      const ChannelEnd& end, float* const* pixels) {
  HWY_DYNAMIC_DISPATCH(transform_output_of)(m, sums, position_stride, channels, end, pixels);
}

}  // namespace shoal::kernels
#endif
