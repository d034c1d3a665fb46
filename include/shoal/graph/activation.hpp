#pragma once

namespace shoal::graph {

/// Function that a layer applies to each complete element. Softmax is a layer of its own: it needs
/// all channels at once.
enum class Activation { linear, relu };

const char* name(Activation activation);

}  // namespace shoal::graph
