#include "shoal/graph/ops/input.hpp"

namespace shoal::graph {

Shape Input::output(std::span<const Shape> inputs) const {
  expect_inputs(inputs, 0);
  return shape;
}

}  // namespace shoal::graph
