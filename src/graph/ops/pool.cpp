#include "shoal/graph/ops/pool.hpp"

#include <fmt/core.h>

namespace shoal::graph {
namespace {

std::string kind_name(const char* prefix, PoolKind pool, int dimensions) {
  return fmt::format("{}{}Pooling{}D", prefix, pool == PoolKind::max ? "Max" : "Average",
                     dimensions);
}

}  // namespace

std::string Pool::kind() const {
  return kind_name("", pool, dimensions);
}

Shape Pool::output(std::span<const Shape> inputs) const {
  expect_inputs(inputs, 1);
  Shape result = inputs.front();
  for (const Axis axis : spatial_axes) result[axis] = sliding.output_extent(axis, result[axis]);
  return result;
}

double Pool::flops(const Shape& /*input*/, const Shape& output) const {
  return static_cast<double>(output.volume() * sliding.kernel.volume());
}

Footprint Pool::footprint(const Shape& input, const Shape& /*output*/) const {
  return sliding_footprint(sliding, input);
}

std::string GlobalPool::kind() const {
  return kind_name("Global", pool, dimensions);
}

Shape GlobalPool::output(std::span<const Shape> inputs) const {
  expect_inputs(inputs, 1);
  Shape result = inputs.front();
  for (const Axis axis : spatial_axes) result[axis] = 1;
  return result;
}

double GlobalPool::flops(const Shape& input, const Shape& /*output*/) const {
  return static_cast<double>(input.volume());
}

Footprint GlobalPool::footprint(const Shape& input, const Shape& /*output*/) const {
  Footprint footprint;
  for (const Axis axis : spatial_axes) footprint[axis] = Groups{input[axis], 1};
  return footprint;
}

std::vector<Axis> GlobalPool::sums() const {
  if (pool == PoolKind::max) return {};
  return {spatial_axes.begin(), spatial_axes.end()};
}

}  // namespace shoal::graph
