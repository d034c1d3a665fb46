#include <array>

#include <fmt/core.h>

#include "graph/zoo/builder.hpp"
#include "graph/zoo/networks.hpp"

namespace shoal::graph {
namespace {

constexpr float epsilon = 1.001e-5F;

/// Convolution and batch normalisation, Keras's `NAME_conv` and `NAME_bn`.
void conv_bn(Builder& net, const std::string& name, Index filters, Index kernel, Index stride) {
  const Padding padding = kernel == 3 ? Padding::same : Padding::valid;
  net.conv(name + "_conv", filters, kernel, stride, padding, Activation::linear);
  net.batch_norm(name + "_bn", epsilon);
}

/// A bottleneck; the stride is in its first convolution (version 1).
void block(Builder& net, const std::string& name, Index filters, Index stride, bool project) {
  const LayerId input = net.at();
  LayerId shortcut = input;
  if (project) {
    conv_bn(net, name + "_0", 4 * filters, 1, stride);
    shortcut = net.at();
    net.go_to(input);
  }
  conv_bn(net, name + "_1", filters, 1, stride);
  net.relu(name + "_1_relu");
  conv_bn(net, name + "_2", filters, 3, 1);
  net.relu(name + "_2_relu");
  conv_bn(net, name + "_3", 4 * filters, 1, 1);
  net.add(name + "_add", shortcut).relu(name + "_out");
}

}  // namespace

/// He et al. 2015, named and arranged as in Keras Applications.
Graph resnet50() {
  struct Stage {
    int blocks;
    Index filters;
    Index stride;
  };
  constexpr std::array<Stage, 4> stages = {{{3, 64, 1}, {4, 128, 2}, {6, 256, 2}, {3, 512, 2}}};
  Builder net("resnet50", "input_1", Shape::image(224, 224, 3));
  net.zero_pad("conv1_pad", 3);
  conv_bn(net, "conv1", 64, 7, 2);
  net.relu("conv1_relu").zero_pad("pool1_pad", 1).max_pool("pool1_pool", 3, 2, Padding::valid);
  for (std::size_t s = 0; s < stages.size(); ++s) {
    for (int b = 1; b <= stages[s].blocks; ++b) {
      block(net, fmt::format("conv{}_block{}", s + 2, b), stages[s].filters,
            b == 1 ? stages[s].stride : 1, b == 1);
    }
  }
  net.global_average_pool("avg_pool").classifier("predictions", 1000);
  return std::move(net).finish();
}

}  // namespace shoal::graph
