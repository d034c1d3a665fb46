#include "shoal/base/watchdog.hpp"
#include "shoal/cli/cli.hpp"
#include "shoal/kernels/blas.hpp"

int main(int argc, char** argv) {
  shoal::kernels::restart_with_better_blas_core(argv);
  shoal::leave(shoal::cli::main(argc, argv));
}
