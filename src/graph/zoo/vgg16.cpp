#include <array>

#include <fmt/core.h>

#include "graph/zoo/builder.hpp"
#include "graph/zoo/networks.hpp"

namespace shoal::graph {

/// Simonyan and Zisserman 2014, configuration D, named as in Keras Applications.
Graph vgg16() {
  struct Block {
    int convolutions;
    Index filters;
  };
  constexpr std::array<Block, 5> blocks = {{{2, 64}, {2, 128}, {3, 256}, {3, 512}, {3, 512}}};
  Builder net("vgg16", "input_1", Shape::image(224, 224, 3));
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    for (int c = 1; c <= blocks[b].convolutions; ++c) {
      net.conv(fmt::format("block{}_conv{}", b + 1, c), blocks[b].filters, 3, 1, Padding::same,
               Activation::relu);
    }
    net.max_pool(fmt::format("block{}_pool", b + 1), 2, 2, Padding::valid);
  }
  net.flatten("flatten");
  net.dense("fc1", 4096, Activation::relu).dense("fc2", 4096, Activation::relu);
  net.classifier("predictions", 1000);
  return std::move(net).finish();
}

}  // namespace shoal::graph
