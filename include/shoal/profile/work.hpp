#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shoal/graph/graph.hpp"

namespace shoal::profile {

/// Kinds of work, each of whose times follows a law of its own.
enum class Kind {
  convolution,        ///< 2D, with a kernel larger than one pixel
  first_convolution,  ///< 2D, of at most 4 channels: a picture's
  pointwise,          ///< 1x1
  convolution_3d,
  depthwise,
  dense,
  pool,
  elementwise,  ///< additions, normalisations, softmax, padding
};

inline constexpr std::size_t kind_count = 8;

/// `convolution`, `first-convolution`, `pointwise`, `convolution-3d`, … as in the documents.
std::string_view name(Kind kind);
/// The kind of that name, if there is one.
std::optional<Kind> find_kind(std::string_view name);

/// Axis along which a shard was cut from its layer.
enum class Cut { outputs, inputs, space };

inline constexpr std::size_t cut_count = 3;

std::string_view name(Cut cut);
std::optional<Cut> find_cut(std::string_view name);

/// Part of a layer that one rank computes.
struct Work {
  std::string model;
  std::string layer;
  Kind kind = Kind::elementwise;
  Cut cut = Cut::outputs;  ///< what is not cut is on every cut's line: fraction 1
  double fraction = 1;     ///< of the layer's floating-point operations
  double flops = 0;
  double bytes = 0;   ///< read and written: weights, inputs, outputs
  double pixels = 1;  ///< of a shard of outputs or inputs, the part of its pixels: a chunk's

  friend bool operator==(const Work&, const Work&) = default;
};

/// The work of making `output` of a layer from `input`, boxes of the whole tensors, the same box of
/// each of its inputs; where the output is a summand, `input` says over what it sums. A Flatten or
/// Input is no work.
Work work_of(const graph::Graph& graph, graph::LayerId layer, const Box& input, const Box& output);

/// The element-wise work of applying a layer's bias and activation to `box` of its output, after
/// summands were added up.
Work finishing_work(const graph::Graph& graph, graph::LayerId layer, const Box& box);

}  // namespace shoal::profile
