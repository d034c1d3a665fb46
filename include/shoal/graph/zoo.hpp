#pragma once

#include <string_view>
#include <vector>

#include "shoal/graph/graph.hpp"

namespace shoal::graph {

/// Form in which a network expects its pixels: Keras Applications' `imagenet_utils` modes. `caffe`:
/// BGR, minus the means of ImageNet; `tf`: RGB in [-1, 1]; `torch`: RGB in [0, 1], normalised per
/// channel.
enum class Preprocessing { caffe, tf, torch };

struct Model {
  Graph graph;  ///< as Keras lists it; see lower.hpp for what runs
  Preprocessing preprocessing = Preprocessing::caffe;
};

/// `alexnet`, `vgg16`, `resnet50`, `xception`, `c3d`.
std::vector<std::string_view> model_names();

/// One of these; an Error that lists them for another name. Or a network of a single layer, with a
/// bias and ReLU, convolutions same-padded, to measure and to plan what such a layer costs:
///
///     fc:7680:4096              inputs, outputs
///     conv:128x128x64:128:3     height x width x channels, filters, kernel
///     conv3d:16x56x56x64:128    frames x height x width x channels, filters; kernel 3x3x3
///
/// The layer is called `fc` or `conv`.
Model make_model(std::string_view name);

}  // namespace shoal::graph
