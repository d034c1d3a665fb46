#pragma once

#include "shoal/graph/graph.hpp"

namespace shoal::graph {

Graph alexnet();
Graph vgg16();
Graph resnet50();
Graph xception();
Graph c3d();

}  // namespace shoal::graph
