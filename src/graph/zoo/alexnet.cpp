#include "graph/zoo/builder.hpp"
#include "graph/zoo/networks.hpp"

namespace shoal::graph {

/// The single-tower variant of the paper's authors (github.com/parallel-ml), 220x220 inputs.
Graph alexnet() {
  Builder net("alexnet", "input_1", Shape::image(220, 220, 3));
  const auto conv = [&net](const char* name, Index filters, Index kernel, Index stride) {
    net.conv(name, filters, kernel, stride, Padding::same, Activation::relu);
  };
  conv("conv1", 48, 11, 4);
  net.max_pool("pool1", 2, 2, Padding::valid);
  conv("conv2", 128, 5, 1);
  net.max_pool("pool2", 2, 2, Padding::valid);
  conv("conv3", 192, 3, 1);
  conv("conv4", 192, 3, 1);
  conv("conv5", 128, 3, 1);
  net.max_pool("pool5", 2, 2, Padding::valid).flatten("flatten");
  net.dense("fc1", 4096, Activation::relu).dense("fc2", 4096, Activation::relu);
  net.classifier("fc3", 1000);
  return std::move(net).finish();
}

}  // namespace shoal::graph
