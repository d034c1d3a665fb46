#pragma once

#include "shoal/base/units.hpp"

namespace shoal::kernels {

/// c = a b, or c += a b: a is rows x inner, b inner x columns, all row-major with these row
/// lengths.
struct Gemm {
  Index rows;
  Index columns;
  Index inner;
  const float* a;
  Index a_stride;
  const float* b;
  Index b_stride;
  float* c;
  Index c_stride;
  bool add = false;
};

void gemm(const Gemm& product);

}  // namespace shoal::kernels
