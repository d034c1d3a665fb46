#pragma once

#include <vector>

#include "shoal/base/units.hpp"
#include "shoal/kernels/kernel.hpp"

namespace shoal::kernels {

/// An algorithm that can compute a task.
struct Algorithm {
  graph::ConvolutionAlgorithm name{};
  Bytes weights = 0;    ///< as they are packed for it
  double estimate = 0;  ///< of its time, to compare it with the others of the same task
};

/// All that can compute a task, the one that is estimated to be fastest first. Of a convolution
/// there is one at least; other layers have none.
std::vector<Algorithm> algorithms(const Task& task);

}  // namespace shoal::kernels
