#pragma once

#include <span>

#include "shoal/base/aligned_buffer.hpp"
#include "shoal/base/units.hpp"

namespace shoal::kernels {

/// Number of pieces of size `b` that cover `a`.
constexpr Index divided_up(Index a, Index b) {
  return (a + b - 1) / b;
}

/// Number of columns that this processor multiplies at a time: two of its vectors.
Index panel_width();

/// The right side of a matrix product, packed: panels of panel_width() columns, each row after row,
/// the last filled up with zeros.
class Panels {
 public:
  Panels() = default;
  /// Not filled yet.
  Panels(Index inner, Index columns)
      : inner_(inner),
        columns_(columns),
        floats_(static_cast<std::size_t>(count() * inner * panel_width())) {}

  /// Fills `rows` rows from `first_row` on; those of `matrix` are `stride` floats apart.
  void pack(const float* matrix, Index stride, Index first_row, Index rows);

  [[nodiscard]] Index inner() const { return inner_; }
  [[nodiscard]] Index columns() const { return columns_; }
  [[nodiscard]] Index count() const { return divided_up(columns_, panel_width()); }
  [[nodiscard]] const float* panel(Index i) const {
    return floats_.data() + i * inner_ * panel_width();
  }
  [[nodiscard]] Bytes bytes() const { return floats_.size() * sizeof(float); }
  /// Of such panels.
  static Bytes bytes_of(Index inner, Index columns) {
    return static_cast<Bytes>(divided_up(columns, panel_width()) * inner * panel_width()) *
           sizeof(float);
  }

 private:
  Index inner_ = 0;
  Index columns_ = 0;
  AlignedBuffer floats_;
};

/// The left side: rows that begin `stride` floats apart. A row is made of segments of the same
/// length, which begin at these offsets from the row's own beginning: the rows of a convolution's
/// window, say, where they lie in its input.
struct Rows {
  const float* first = nullptr;
  Index stride = 0;
  Index count = 0;
  std::span<const Index> segments;
  Index segment_length = 0;
};

/// Last operations on the sums of a panel: up to panel_width() columns of rows `stride` apart.
struct Sums {
  float* first = nullptr;
  Index stride = 0;
  Index columns = 0;
  const float* bias = nullptr;    ///< panel_width() of them, or none
  float floor = 0;                ///< what is less becomes this
  const float* addend = nullptr;  ///< is added to them, as far apart as they are; or none
};

/// The rows times one panel. Their sum of segments is the panel's inner length.
void multiply(const Rows& rows, const float* panel, const Sums& sums);

}  // namespace shoal::kernels
