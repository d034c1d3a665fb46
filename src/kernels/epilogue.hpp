#pragma once

#include <span>

#include "shoal/base/units.hpp"
#include "shoal/graph/activation.hpp"

namespace shoal::kernels {

/// Least value of an output after the activation.
float floor_of(graph::Activation activation);

/// Adds the bias (as long as a row, or none) to `rows` rows of floats that follow each other and
/// applies the activation.
void finish_rows(float* data, Index rows, Index row_length, std::span<const float> bias,
                 graph::Activation activation);

}  // namespace shoal::kernels
