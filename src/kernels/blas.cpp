#include "shoal/kernels/blas.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <cblas.h>
#include <unistd.h>

namespace shoal::kernels {
namespace {

constexpr const char* variable = "OPENBLAS_CORETYPE";

/// How good a set of kernels is: by the instructions that it uses.
enum class Level { sse, avx2, avx512 };

Level level_of(const std::string& core) {
  constexpr std::array avx512 = {"SkylakeX", "Cooperlake", "Sapphirerapids"};
  constexpr std::array avx2 = {"Haswell", "Zen", "Excavator"};
  if (std::find(avx512.begin(), avx512.end(), core) != avx512.end()) return Level::avx512;
  if (std::find(avx2.begin(), avx2.end(), core) != avx2.end()) return Level::avx2;
  return Level::sse;
}

/// The best of OpenBLAS's x86 kernels that this processor can run.
std::optional<std::string> best_core() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    return "SkylakeX";
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "Haswell";
#endif
  return std::nullopt;
}

}  // namespace

std::string blas_core() {
  return openblas_get_corename();
}

std::optional<std::string> better_blas_core() {
  if (std::getenv(variable) != nullptr) return std::nullopt;
  auto best = best_core();
  if (!best || level_of(*best) <= level_of(blas_core())) return std::nullopt;
  return best;
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
