#pragma once

#include <string_view>

#include "shoal/graph/graph.hpp"

namespace shoal::graph {

Graph alexnet();
Graph vgg16();
Graph resnet50();
Graph xception();
Graph c3d();
Graph single_layer(std::string_view text);

}  // namespace shoal::graph
