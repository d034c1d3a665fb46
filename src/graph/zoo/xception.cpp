#include <fmt/core.h>

#include "graph/zoo/builder.hpp"
#include "graph/zoo/networks.hpp"

namespace shoal::graph {
namespace {

constexpr float epsilon = 1e-3F;

void conv_bn_relu(Builder& net, const std::string& name, Index filters, Index stride) {
  net.conv(name, filters, 3, stride, Padding::valid, Activation::linear, false);
  net.batch_norm(name + "_bn", epsilon).relu(name + "_act");
}

/// `nth`: Keras numbers unnamed layers, the first one without a number.
std::string numbered(const std::string& name, int nth) {
  return nth == 0 ? name : fmt::format("{}_{}", name, nth);
}

/// The 1x1 convolution of stride 2 beside a block of the entry or exit flow.
LayerId shortcut(Builder& net, Index filters, int nth) {
  const LayerId input = net.at();
  net.conv(numbered("conv2d", nth), filters, 1, 2, Padding::same, Activation::linear, false);
  net.batch_norm(numbered("batch_normalization", nth), epsilon);
  const LayerId end = net.at();
  net.go_to(input);
  return end;
}

void separable(Builder& net, const std::string& name, Index filters) {
  net.separable_conv(name, filters).batch_norm(name + "_bn", epsilon);
}

/// Two separable convolutions and a pool beside a shortcut.
void shrinking_block(Builder& net, int number, Index first, Index second, int nth,
                     bool relu_first) {
  const std::string name = fmt::format("block{}", number);
  const LayerId beside = shortcut(net, second, nth);
  if (relu_first) net.relu(name + "_sepconv1_act");
  separable(net, name + "_sepconv1", first);
  net.relu(name + "_sepconv2_act");
  separable(net, name + "_sepconv2", second);
  net.max_pool(name + "_pool", 3, 2, Padding::same).add(numbered("add", nth), beside);
}

void middle_block(Builder& net, int number) {
  const LayerId beside = net.at();
  for (int i = 1; i <= 3; ++i) {
    const std::string name = fmt::format("block{}_sepconv{}", number, i);
    net.relu(name + "_act");
    separable(net, name, 728);
  }
  net.add(numbered("add", number - 2), beside);
}

}  // namespace

/// Chollet 2016, named and arranged as in Keras Applications.
Graph xception() {
  Builder net("xception", "input_1", Shape::image(299, 299, 3));
  conv_bn_relu(net, "block1_conv1", 32, 2);
  conv_bn_relu(net, "block1_conv2", 64, 1);
  shrinking_block(net, 2, 128, 128, 0, false);
  shrinking_block(net, 3, 256, 256, 1, true);
  shrinking_block(net, 4, 728, 728, 2, true);
  for (int number = 5; number <= 12; ++number) middle_block(net, number);
  // Keras counts the additions through (add_11) but the shortcuts' convolutions apart (conv2d_3).
  const LayerId beside = shortcut(net, 1024, 3);
  net.relu("block13_sepconv1_act");
  separable(net, "block13_sepconv1", 728);
  net.relu("block13_sepconv2_act");
  separable(net, "block13_sepconv2", 1024);
  net.max_pool("block13_pool", 3, 2, Padding::same).add("add_11", beside);
  separable(net, "block14_sepconv1", 1536);
  net.relu("block14_sepconv1_act");
  separable(net, "block14_sepconv2", 2048);
  net.relu("block14_sepconv2_act");
  net.global_average_pool("avg_pool").classifier("predictions", 1000);
  return std::move(net).finish();
}

}  // namespace shoal::graph
