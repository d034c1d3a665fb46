#include "shoal/kernels/blas.hpp"

#include <cstdlib>

#include <cblas.h>
#include <unistd.h>

namespace shoal::kernels {
namespace {

constexpr const char* variable = "OPENBLAS_CORETYPE";

/// The fastest of OpenBLAS's x86 kernels that this processor can run.
std::optional<std::string> fastest_core() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    return "SkylakeX";
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "Haswell";
#endif
  return std::nullopt;
}

/// The kernels that OpenBLAS takes for processors that it does not know.
bool is_fallback(const std::string& core) {
  return core == "Prescott" || core == "Core2" || core == "Nehalem" || core == "Generic";
}

}  // namespace

std::string blas_core() {
  return openblas_get_corename();
}

void set_blas_threads(int count) {
  openblas_set_num_threads(count);
}

std::optional<std::string> better_blas_core() {
  if (std::getenv(variable) != nullptr || !is_fallback(blas_core())) return std::nullopt;
  return fastest_core();
}

void restart_with_better_blas_core(char** argv) {
  const auto core = better_blas_core();
  if (!core) return;
  setenv(variable, core->c_str(), 1);
  // Where this fails the slow kernels still compute the right thing, and the run's header names
  // them.
  execv("/proc/self/exe", argv);
}

}  // namespace shoal::kernels
