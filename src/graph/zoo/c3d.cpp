#include <array>

#include <fmt/core.h>

#include "graph/zoo/builder.hpp"
#include "graph/zoo/networks.hpp"

namespace shoal::graph {

/// Tran et al. 2015 as the paper's authors build it (github.com/parallel-ml): clips of 16 frames,
/// all pools same-padded.
Graph c3d() {
  constexpr std::array<Index, 8> filters = {64, 128, 256, 256, 512, 512, 512, 512};
  Builder net("c3d", "input_1", Shape::clip(16, 112, 112, 3));
  for (std::size_t i = 1; i <= filters.size(); ++i) {
    net.conv3d(fmt::format("conv{}", i), filters[i - 1]);
    if (i == 1) net.max_pool3d("pool1", 1);
    if (i == 2 || i == 4 || i == 6 || i == 8) net.max_pool3d(fmt::format("pool{}", i), 2);
  }
  net.flatten("flatten");
  net.dense("fc1", 4096, Activation::relu).dense("fc2", 4096, Activation::relu);
  net.classifier("fc3", 487);
  return std::move(net).finish();
}

}  // namespace shoal::graph
