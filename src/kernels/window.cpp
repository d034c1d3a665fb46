#include "kernels/window.hpp"

namespace shoal::kernels {

LocalWindow local_window(const graph::Sliding& sliding, const Task& task) {
  const auto along = [&](Axis axis) {
    graph::Window window = sliding.window(axis, task.input_shapes.front()[axis]);
    window.before += task.inputs.front()[axis].begin - task.output[axis].begin * window.stride;
    return window;
  };
  return {along(Axis::depth), along(Axis::height), along(Axis::width)};
}

}  // namespace shoal::kernels
