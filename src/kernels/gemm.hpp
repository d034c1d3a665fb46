#pragma once

#include "shoal/base/units.hpp"

namespace shoal::kernels {

/// c = a b, or c += a b: a is rows x inner, b inner x columns, all row-major with these row
/// lengths.
struct Gemm {
  Index rows = 0;
  Index columns = 0;
  Index inner = 0;
  const float* a = nullptr;
  Index a_stride = 0;
  const float* b = nullptr;
  Index b_stride = 0;
  float* c = nullptr;
  Index c_stride = 0;
  bool add = false;
};

void gemm(const Gemm& product);

}  // namespace shoal::kernels
