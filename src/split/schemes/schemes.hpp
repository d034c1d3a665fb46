#pragma once

#include "shoal/split/scheme.hpp"

namespace shoal::split {

extern const Scheme output_scheme;
extern const Scheme input_scheme;
extern const Scheme channel_scheme;
extern const Scheme filter_scheme;
extern const Scheme spatial_scheme;
extern const Scheme replicated_scheme;

/// A division whose members make these boxes, each complete.
Division divide_outputs(const graph::Graph& graph, graph::LayerId layer, std::vector<Box> outputs);

/// `shape` cut along one axis.
std::vector<Box> cut(const Shape& shape, Axis axis, std::span<const double> shares,
                     Index grain = 1);

bool is_dense(const graph::Graph& graph, graph::LayerId layer);

}  // namespace shoal::split
