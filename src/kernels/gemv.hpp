#pragma once

#include "shoal/base/units.hpp"
#include "shoal/graph/narrow_kernel.hpp"
#include "shoal/tensor/box.hpp"

namespace shoal::kernels {

/// y = x a, with a row-major in memory: what a dense layer is for one frame. It takes as long as
/// reading `a` does.
struct Gemv {
  const float* x = nullptr;  ///< a number for each row
  const float* a = nullptr;
  Index rows = 0;
  Index columns = 0;
  float* y = nullptr;
};

void gemv(const Gemv& product);
/// The same with a kernel of whatever type; `product` needs no matrix of its own.
void gemv(const float* x, const graph::NarrowKernel& a, float* y);

}  // namespace shoal::kernels
