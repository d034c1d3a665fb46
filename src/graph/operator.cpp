#include "shoal/graph/operator.hpp"

#include "shoal/base/error.hpp"

namespace shoal::graph {

void expect_inputs(std::span<const Shape> inputs, std::size_t count) {
  if (inputs.size() != count) throw Error("takes {} input(s), got {}", count, inputs.size());
}

WeightSpec bias_spec(Index outputs) {
  return {"bias:0", WeightKind::bias, {{outputs, WeightAxisRole::output_channel}}};
}

}  // namespace shoal::graph
