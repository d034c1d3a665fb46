#pragma once

#include <string>

#include "shoal/tensor/tensor.hpp"

namespace shoal::cli {

/// An Error where an answer holds what is infinite or not a number: something overflowed on the
/// way, or a weight or a pixel was none.
/// @param label of the frame
void expect_finite(const std::string& label, const Tensor& answer);

}  // namespace shoal::cli
