#include <malloc.h>

#include "shoal/cli/cli.hpp"
#include "shoal/kernels/blas.hpp"

namespace {

/// From this size on memory is given back as soon as it is free. glibc by itself moves the limit up
/// to 32 MB, and keeps the kernels that came before they were packed.
constexpr int given_back_bytes = 1 << 20;

}  // namespace

int main(int argc, char** argv) {
  ::mallopt(M_MMAP_THRESHOLD, given_back_bytes);
  shoal::kernels::restart_with_better_blas_core(argv);
  return shoal::cli::main(argc, argv);
}
