#include "kernels/gemm.hpp"

#include <cblas.h>

namespace shoal::kernels {

void gemm(const Gemm& p) {
  const auto count = [](Index value) { return static_cast<blasint>(value); };
  const float beta = p.add ? 1.0F : 0.0F;
  if (p.rows == 1) {
    cblas_sgemv(CblasRowMajor, CblasTrans, count(p.inner), count(p.columns), 1.0F, p.b,
                count(p.b_stride), p.a, 1, beta, p.c, 1);
    return;
  }
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, count(p.rows), count(p.columns),
              count(p.inner), 1.0F, p.a, count(p.a_stride), p.b, count(p.b_stride), beta, p.c,
              count(p.c_stride));
}

}  // namespace shoal::kernels
