#pragma once

#include <memory>

#include "shoal/kernels/kernel.hpp"

namespace shoal::kernels {

/// A kernel for one operator: null where this algorithm cannot do the task. It takes the weights
/// only when it can.
using KernelPointer = std::unique_ptr<Kernel>;

/// Of an algorithm, how many outputs a tile has along a side; one is the direct way.
Index tile_of(graph::ConvolutionAlgorithm algorithm);

/// Whether the products of tiles are those of the task's window, and bytes of the weights for them.
bool can_winograd(const graph::Conv& op, const Task& task);
Bytes winograd_weights(Index m, const graph::Conv& op, const Task& task);
/// With tiles of m x m outputs, which are 2, 4 or 6.
KernelPointer make_winograd(Index m, const graph::Conv& op, const Task& task,
                            const SharedWeights& weights);
Bytes direct_weights(const graph::Conv& op, const Task& task);
KernelPointer make_direct(const graph::Conv& op, const Task& task, const SharedWeights& weights);

KernelPointer make(const graph::Input& op, const Task& task, const SharedWeights& weights);
KernelPointer make(const graph::Conv& op, const Task& task, const SharedWeights& weights);
KernelPointer make(const graph::DepthwiseConv& op, const Task& task, const SharedWeights& weights);
KernelPointer make(const graph::SeparableConv& op, const Task& task, const SharedWeights& weights);
KernelPointer make(const graph::Dense& op, const Task& task, const SharedWeights& weights);
KernelPointer make(const graph::Pool& op, const Task& task, const SharedWeights& weights);
KernelPointer make(const graph::GlobalPool& op, const Task& task, const SharedWeights& weights);
KernelPointer make(const graph::BatchNorm& op, const Task& task, const SharedWeights& weights);
KernelPointer make(const graph::Lrn& op, const Task& task, const SharedWeights& weights);
KernelPointer make(const graph::Identity& op, const Task& task, const SharedWeights& weights);
KernelPointer make(const graph::Add& op, const Task& task, const SharedWeights& weights);
KernelPointer make(const graph::Softmax& op, const Task& task, const SharedWeights& weights);
KernelPointer make(const graph::ZeroPad& op, const Task& task, const SharedWeights& weights);
KernelPointer make(const graph::Flatten& op, const Task& task, const SharedWeights& weights);

}  // namespace shoal::kernels
