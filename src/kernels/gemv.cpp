#include "kernels/gemv.hpp"

#include <algorithm>
#include <array>

#include "kernels/needed_rows.hpp"
#include "kernels/panels.hpp"
#include "kernels/parallel.hpp"

// NOLINTBEGIN(cppcoreguidelines-macro-usage)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gemv.cpp"
// NOLINTEND(cppcoreguidelines-macro-usage)
#include "kernels/vectors.hpp"

HWY_BEFORE_NAMESPACE();
namespace shoal::kernels::HWY_NAMESPACE {

constexpr std::size_t streams = NeededRows::streams;
/// So many vectors of outputs are summed at a time.
constexpr std::size_t unrolled = 4;

/// Up to a vector of a row's numbers.
HWY_INLINE Vector load(const float* numbers, Index count) {
  return load_some(numbers, count);
}

/// Rows of these are filled up.
HWY_INLINE Vector load(const std::uint16_t* halves, Index /*count*/) {
  const hn::Rebind<std::uint16_t, Tag> bits;
  const hn::Rebind<hwy::float16_t, Tag> numbers;
  return hn::PromoteTo(Tag(), hn::BitCast(numbers, hn::LoadU(bits, halves)));
}

HWY_INLINE Vector load(const std::int8_t* numbers, Index /*count*/) {
  const hn::Rebind<std::int8_t, Tag> small;
  const hn::Rebind<std::int32_t, Tag> integers;
  return hn::ConvertTo(Tag(), hn::PromoteTo(integers, hn::LoadU(small, numbers)));
}

/// Adds a row of each stream to `vectors` vectors of outputs, the last of `count`.
template <std::size_t vectors, typename Number>
HWY_INLINE void add_rows(const Vectors<streams>& factors,
                         const std::array<const Number*, streams>& rows, Index column, Index count,
                         float* y) {
  Vectors<vectors> sums;
  for (std::size_t v = 0; v < vectors; ++v) {
    sums[v] = hn::Mul(factors[0], load(rows[0] + column + v * lanes, count));
  }
  for (std::size_t i = 1; i < streams; ++i) {
    for (std::size_t v = 0; v < vectors; ++v) {
      sums[v] = hn::MulAdd(factors[i], load(rows[i] + column + v * lanes, count), sums[v]);
    }
  }
  for (std::size_t v = 0; v < vectors; ++v) {
    float* to = y + column + v * lanes;
    store_some(hn::Add(sums[v], load_some(to, count)), to, count);
  }
}

template <typename Number>
void multiply_columns(const NeededRows& rows, const Number* a, Index stride, Range columns,
                      float* y) {
  std::fill(y + columns.begin, y + columns.end, 0.0F);
  for (std::size_t i = 0; i < rows.stream_length(); ++i) {
    std::array<const Number*, streams> numbers{};
    Vectors<streams> factors;
    for (std::size_t stream = 0; stream < streams; ++stream) {
      const NeededRows::Row& row = rows.row(stream, i);
      numbers[stream] = a + row.index * stride;
      factors[stream] = hn::Set(Tag(), row.factor);
    }
    Index column = columns.begin;
    constexpr Index step = unrolled * lanes;
    for (; column + step <= columns.end; column += step) {
      add_rows<unrolled>(factors, numbers, column, lanes, y);
    }
    for (; column < columns.end; column += lanes) {
      add_rows<1>(factors, numbers, column, columns.end - column, y);
    }
  }
}

void multiply_floats(const NeededRows& rows, const float* a, Index stride, Range columns,
                     float* y) {
  multiply_columns(rows, a, stride, columns, y);
}

void multiply_narrow(const NeededRows& rows, const graph::NarrowKernel& a, Range columns,
                     float* y) {
  if (a.type() == graph::WeightsType::float16) {
    multiply_columns(rows, a.halves(), a.stride(), columns, y);
    return;
  }
  multiply_columns(rows, a.integers(), a.stride(), columns, y);
  for (Index i = columns.begin; i < columns.end; ++i) y[i] *= a.scales()[i];
}

}  // namespace shoal::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace shoal::kernels {

HWY_EXPORT(multiply_floats);
HWY_EXPORT(multiply_narrow);

namespace {

/// Outputs that stay in the first cache while rows pass; parts are of whole cache lines.
constexpr Index most_columns = 4096;
constexpr Index cache_line = 16;

/// Calls `multiply(columns)` for parts of the columns, at least one for each thread.
template <typename Multiply>
void in_parts(Index columns, const Multiply& multiply) {
  const Index parts = std::max(thread_count(), divided_up(columns, most_columns));
  const Index width = divided_up(divided_up(columns, parts), cache_line) * cache_line;
  parallel_for(divided_up(columns, width), [&](Index i) {
    multiply(Range{i * width, std::min(columns, (i + 1) * width)});
  });
}

}  // namespace

void gemv(const Gemv& p) {
  const NeededRows rows(p.x, p.rows);
  in_parts(p.columns, [&](Range columns) {
    HWY_DYNAMIC_DISPATCH(multiply_floats)(rows, p.a, p.columns, columns, p.y);
  });
}

void gemv(const float* x, const graph::NarrowKernel& a, float* y) {
  const NeededRows rows(x, a.inputs());
  in_parts(a.outputs(), [&](Range columns) {
    HWY_DYNAMIC_DISPATCH(multiply_narrow)(rows, a, columns, y);
  });
}

}  // namespace shoal::kernels
#endif
