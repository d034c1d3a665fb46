#include "shoal/graph/ops/flatten.hpp"

namespace shoal::graph {

Shape Flatten::output(std::span<const Shape> inputs) const {
  expect_inputs(inputs, 1);
  Shape result = inputs.front();
  Index features = 1;
  for (const Axis axis : {Axis::depth, Axis::height, Axis::width, Axis::channel}) {
    features *= result[axis];
    result[axis] = 1;
  }
  result[Axis::channel] = features;
  return result;
}

Footprint Flatten::footprint(const Shape& input, const Shape& output) const {
  Footprint footprint;
  for (const Axis axis : all_axes) footprint[axis] = Groups{input[axis], output[axis]};
  return footprint;
}

bool is_feature_range(const Box& box, const Shape& input) {
  if (box.empty()) return true;
  bool inner_whole = true;
  for (std::size_t i = axis_count; i-- > 1;) {
    if (!inner_whole && box.values[i].size() != 1) return false;
    inner_whole = inner_whole && box.values[i] == Range{0, input.values[i]};
  }
  return true;
}

Box flattened_box(const Box& box, const Shape& input) {
  Box result = Box::whole(Shape::features(0));
  result[Axis::batch] = box[Axis::batch];
  if (box.empty()) return result;
  Index first = 0;
  Index count = 1;
  for (const Axis axis : {Axis::depth, Axis::height, Axis::width, Axis::channel}) {
    first = first * input[axis] + box[axis].begin;
    count *= box[axis].size();
  }
  result[Axis::channel] = {first, first + count};
  return result;
}

}  // namespace shoal::graph
