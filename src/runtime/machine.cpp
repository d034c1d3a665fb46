#include "shoal/runtime/machine.hpp"

#include <fstream>
#include <string>

namespace shoal::runtime {

kernels::Task task_of(const program::Program& program, const program::Compute& step) {
  const graph::Graph& graph = program.graph;
  kernels::Task task{
      &graph[step.layer], graph.input_shapes(step.layer), {}, step.box, step.complete,
      step.algorithm};
  for (const program::Operand& input : step.inputs) task.inputs.push_back(input.box);
  return task;
}

std::unique_ptr<kernels::Kernel> ThisMachine::kernel(const program::Program& program,
                                                     const program::Compute& step,
                                                     const kernels::SharedWeights& weights) const {
  return kernels::make_kernel(task_of(program, step), weights);
}

std::unique_ptr<kernels::Kernel> ThisMachine::kernel_with_sum(
    const program::Program& program, const program::Compute& step, const program::Compute& sum,
    const kernels::SharedWeights& weights) const {
  kernels::Task task = task_of(program, step);
  if (!kernels::takes_sum(task)) return nullptr;
  task.sum = program.graph[sum.layer].activation;
  return kernels::make_kernel(task, weights);
}

void ThisMachine::finish(const program::Program& program, const program::Finish& step, View values,
                         std::span<const float> bias) const {
  kernels::finish(values, bias, program.graph[step.layer].activation);
}

Bytes ThisMachine::peak_memory() const {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmHWM:", 0) == 0) return std::stoull(line.substr(6)) * 1024;
  }
  return 0;
}

const Machine& this_machine() {
  static const ThisMachine machine;
  return machine;
}

}  // namespace shoal::runtime
