#include "kernels/panels.hpp"

#include <algorithm>
#include <array>
#include <utility>

// Compiled once for each kind of vectors that the processor may have.
// NOLINTBEGIN(cppcoreguidelines-macro-usage)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/panels.cpp"
// NOLINTEND(cppcoreguidelines-macro-usage)
#include "kernels/vectors.hpp"

HWY_BEFORE_NAMESPACE();
namespace shoal::kernels::HWY_NAMESPACE {

/// How many rows at a time: their sums, two vectors each, fill the registers but for the two of the
/// panel and one of the left side.
constexpr Index block_rows = registers == 32 ? 14 : 6;

/// Bias, the addend where there is one, floor, and out they go. `whole`: all columns of a panel.
template <std::size_t count, bool adds, bool whole>
HWY_INLINE void finish_rows(const Vectors<count>& low_sums, const Vectors<count>& high_sums,
                            const Sums& sums, float* out) {
  const Tag tag;
  const Index low_columns = whole ? lanes : sums.columns;
  const Index high_columns = whole ? lanes : sums.columns - lanes;
  const Vector floor = hn::Set(tag, sums.floor);
  const bool biased = sums.bias != nullptr;
  const Vector low = biased ? hn::Load(tag, sums.bias) : hn::Zero(tag);
  const Vector high = biased ? hn::Load(tag, sums.bias + lanes) : hn::Zero(tag);
  const float* addend = adds ? sums.addend + (out - sums.first) : nullptr;
#pragma GCC unroll 16
  for (std::size_t i = 0; i < count; ++i, out += sums.stride) {
    Vector low_sum = hn::Add(low_sums[i], low);
    Vector high_sum = hn::Add(high_sums[i], high);
    if constexpr (adds) {
      low_sum = hn::Add(low_sum, load_some(addend, low_columns));
      high_sum = hn::Add(high_sum, load_some(addend + lanes, high_columns));
      addend += sums.stride;
    }
    store_some(at_least(floor, low_sum), out, low_columns);
    store_some(at_least(floor, high_sum), out + lanes, high_columns);
  }
}

template <std::size_t count, bool adds>
HWY_INLINE void finish_block(const Vectors<count>& low_sums, const Vectors<count>& high_sums,
                             const Sums& sums, float* out) {
  if (sums.columns >= 2 * lanes) {
    finish_rows<count, adds, true>(low_sums, high_sums, sums, out);
  } else {
    finish_rows<count, adds, false>(low_sums, high_sums, sums, out);
  }
}

/// `count` rows from `first` on. The sums stay in registers.
template <std::size_t count, bool adds>
void multiply_block(const Rows& rows, const float* first, const float* panel, const Sums& sums,
                    float* out) {
  const Tag tag;
  Vectors<count> low_sums;
  Vectors<count> high_sums;
#pragma GCC unroll 16
  for (std::size_t i = 0; i < count; ++i) low_sums[i] = high_sums[i] = hn::Zero(tag);
  for (const Index segment : rows.segments) {
    const float* left = first + segment;
    for (Index k = 0; k < rows.segment_length; ++k, ++left, panel += 2 * lanes) {
      const Vector low = hn::Load(tag, panel);
      const Vector high = hn::Load(tag, panel + lanes);
#pragma GCC unroll 16
      for (std::size_t i = 0; i < count; ++i) {
        const Vector factor = hn::Set(tag, left[static_cast<Index>(i) * rows.stride]);
        low_sums[i] = hn::MulAdd(factor, low, low_sums[i]);
        high_sums[i] = hn::MulAdd(factor, high, high_sums[i]);
      }
    }
  }
  finish_block<count, adds>(low_sums, high_sums, sums, out);
}

template <bool adds, std::size_t... sizes>
constexpr auto blocks_of(std::index_sequence<sizes...>) {
  return std::array{multiply_block<sizes + 1, adds>...};
}

void multiply_rows(const Rows& rows, const float* panel, const Sums& sums) {
  constexpr std::make_index_sequence<block_rows> sizes;
  static constexpr auto plain = blocks_of<false>(sizes);
  static constexpr auto adding = blocks_of<true>(sizes);
  const auto& blocks = sums.addend == nullptr ? plain : adding;
  const Index count = divided_up(rows.count, block_rows);
  for (Index i = 0, row = 0; i < count; ++i) {
    const Index size = (rows.count - row) / (count - i);
    blocks[static_cast<std::size_t>(size - 1)](rows, rows.first + row * rows.stride, panel, sums,
                                               sums.first + row * sums.stride);
    row += size;
  }
}

Index width_of_panel() {
  return 2 * lanes;
}

}  // namespace shoal::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace shoal::kernels {

HWY_EXPORT(multiply_rows);
HWY_EXPORT(width_of_panel);

Index panel_width() {
  return HWY_DYNAMIC_DISPATCH(width_of_panel)();
}

void multiply(const Rows& rows, const float* panel, const Sums& sums) {
  HWY_DYNAMIC_DISPATCH(multiply_rows)(rows, panel, sums);
}

void Panels::pack(const float* matrix, Index stride, Index first_row, Index rows) {
  const Index width = panel_width();
  for (Index i = 0; i < count(); ++i) {
    const Index columns = std::min(width, columns_ - i * width);
    for (Index row = 0; row < rows; ++row) {
      float* to = floats_.data() + (i * inner_ + first_row + row) * width;
      std::copy_n(matrix + row * stride + i * width, columns, to);
      std::fill_n(to + columns, width - columns, 0.0F);
    }
  }
}

}  // namespace shoal::kernels
#endif
