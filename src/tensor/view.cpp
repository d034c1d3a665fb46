#include "shoal/tensor/view.hpp"

#include <algorithm>
#include <stdexcept>

namespace shoal {
namespace {

/// Calls `row(from, to, count)` for each innermost run of the two views.
template <typename Row>
void for_each_row(ConstView from, View to, Row row) {
  if (!(from.shape() == to.shape())) throw std::logic_error("views of different shapes");
  const Shape& shape = from.shape();
  if (shape.volume() == 0) return;
  if (from.dense() && to.dense()) return row(from.data(), to.data(), shape.volume());
  for (Index n = 0; n < shape[Axis::batch]; ++n)
    for (Index d = 0; d < shape[Axis::depth]; ++d)
      for (Index h = 0; h < shape[Axis::height]; ++h)
        for (Index w = 0; w < shape[Axis::width]; ++w)
          row(&from.at(n, d, h, w, 0), &to.at(n, d, h, w, 0), shape[Axis::channel]);
}

}  // namespace

bool is_dense_part(const Shape& part, const Shape& whole) {
  return ConstView(nullptr, part, ConstView(nullptr, whole).strides()).dense();
}

void copy(ConstView from, View to) {
  for_each_row(from, to, [](const float* in, float* out, Index count) {
    if (in != out) std::copy_n(in, count, out);
  });
}

void accumulate(ConstView from, View to) {
  for_each_row(from, to, [](const float* in, float* out, Index count) {
    for (Index i = 0; i < count; ++i) out[i] += in[i];
  });
}

}  // namespace shoal
