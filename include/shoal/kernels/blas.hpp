#pragma once

#include <optional>
#include <string>

namespace shoal::kernels {

/// The processor for which OpenBLAS chose its kernels (`SkylakeX`, `Haswell`, `Prescott`…).
std::string blas_core();

/// A name for OPENBLAS_CORETYPE whose kernels this processor can run and that are faster than those
/// that were chosen. OpenBLAS 0.3.21 (Debian 12) does not know newer processors and takes
/// Prescott's SSE3 kernels for them, which do a fifth of what AVX-512 does. Nothing where the
/// choice is right, where the user made it, and on anything but x86.
std::optional<std::string> better_blas_core();

/// Starts the program again with a better core, if there is one: OpenBLAS makes its choice once,
/// when it is loaded. To be called first in main; returns where nothing is to be mended.
void restart_with_better_blas_core(char** argv);

}  // namespace shoal::kernels
