#pragma once

#include <variant>

#include "shoal/graph/ops/batch_norm.hpp"
#include "shoal/graph/ops/conv.hpp"
#include "shoal/graph/ops/dense.hpp"
#include "shoal/graph/ops/depthwise_conv.hpp"
#include "shoal/graph/ops/elementwise.hpp"
#include "shoal/graph/ops/flatten.hpp"
#include "shoal/graph/ops/input.hpp"
#include "shoal/graph/ops/lrn.hpp"
#include "shoal/graph/ops/pool.hpp"
#include "shoal/graph/ops/separable_conv.hpp"
#include "shoal/graph/ops/zero_pad.hpp"

namespace shoal::graph {

/// Every operator there is.
using Op = std::variant<Input, Conv, DepthwiseConv, SeparableConv, Dense, Pool, GlobalPool,
                        BatchNorm, Lrn, Identity, Add, Softmax, ZeroPad, Flatten>;

}  // namespace shoal::graph
