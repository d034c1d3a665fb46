#pragma once

#include "shoal/base/units.hpp"

namespace shoal::runtime {

/// Times of a rank's start, since its process was started.
struct Startup {
  Seconds joined = 0;    ///< all ranks are there
  Seconds planned = 0;   ///< the programs are compiled and alike everywhere
  Seconds loaded = 0;    ///< its weights are there, and the kernels that take them
  Seconds answered = 0;  ///< the first answer; on the output rank, if there was one
};

}  // namespace shoal::runtime
