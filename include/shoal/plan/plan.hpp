#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shoal/graph/convolution_algorithm.hpp"
#include "shoal/graph/graph.hpp"
#include "shoal/plan/order.hpp"
#include "shoal/split/scheme.hpp"
#include "shoal/split/wire_type.hpp"

namespace shoal::plan {

/// Ranks that compute a layer, and the scheme that splits it over them.
struct Placement {
  const split::Scheme* scheme = nullptr;
  std::vector<Rank> ranks;      ///< one or more, ascending; one: the layer is not split
  split::SplitOptions options;  ///< a share for each of `ranks`
  /// In how many chunks each rank makes its part. What is moved of it and to it then goes chunk by
  /// chunk, while others are computed; so do layers that follow it.
  std::size_t chunks = 1;
  Order order = Order::ascending;  ///< boundary_first: in as many chunks as come of it

  [[nodiscard]] bool is_streamed() const { return chunks > 1 || order == Order::boundary_first; }
};

/// More chunks of a layer than these are refused.
inline constexpr std::size_t most_chunks = 1024;

/// A group of ranks that computes a stage.
struct Replica {
  std::vector<Rank> ranks;  ///< ascending
  /// By name of a layer of the lowered graph. A layer that is not named here runs in the layout
  /// that it finds if it follows(), and otherwise whole on the replica's first rank.
  std::map<std::string, Placement> layers;
  /// Wire types of the layers' outputs, by name like `layers` and whether these name them or not;
  /// float32 without an entry. An entry of the input is for the frame. Summands travel as float32.
  std::map<std::string, split::WireType> wires = {};
  /// Algorithms wanted for convolutions, by name like `wires`. A rank that cannot use the one
  /// named, or has none named, decides by itself. Each rank has its own, for its device and its
  /// shard may be unlike the others'.
  std::map<std::string, std::map<Rank, graph::ConvolutionAlgorithm>> algorithms = {};

  [[nodiscard]] split::WireType wire(const std::string& layer) const;
  [[nodiscard]] std::optional<graph::ConvolutionAlgorithm> algorithm(const std::string& layer,
                                                                     Rank rank) const;
};

/// Consecutive layers of the network. A frame is computed by one of the stage's replicas, so that
/// as many frames as there are replicas are computed at once.
struct Stage {
  std::string name;
  std::string from;               ///< its first layer; the stage ends where the next one begins
  std::vector<Replica> replicas;  ///< one or more, no rank in two of them
};

/// Placement of a whole network: its stages, their replicas and their layers.
struct Plan {
  std::string model;
  int ranks = 1;      ///< how many the plan is for; ranks without work are legal
  Rank input_rank;    ///< where frames come in
  Rank output_rank;   ///< where answers are wanted
  int in_flight = 0;  ///< most frames between input and answer; 0: two for each replica
  graph::WeightsType weights_type = graph::WeightsType::float32;  ///< of dense layers, as held
  std::vector<Stage> stages;
};

/// Looks up the layer of the lowered graph that a user's name means; an Error says of an unknown
/// name what is near it, and of a layer that runs inside another which one to name.
graph::LayerId resolve_layer(const graph::Graph& lowered, const std::string& name);

/// Whether a layer can run where its input is, so that no plan need place it: all but convolutions
/// and dense layers, which mix channels.
bool follows(const graph::Layer& layer);

/// The first layer of each stage, and the end of the network; an Error where stages do not follow
/// one another.
std::vector<std::size_t> stage_bounds(const Plan& plan, const graph::Graph& lowered);

/// The stage of each layer of the lowered graph.
std::vector<std::size_t> stages_of_layers(const Plan& plan, const graph::Graph& lowered);

/// Whether any layer is made in chunks.
bool is_streamed(const Plan& plan);

/// Most frames between input and answer at once.
std::size_t credits(const Plan& plan);

/// The ways that a frame can take: plans of one replica for each stage, in which every replica
/// occurs, and as evenly as can be. Where the stages' numbers of replicas have a small common
/// multiple, every combination of neighbours occurs. All of them are for the same ranks.
std::vector<Plan> lanes(const Plan& plan);

/// An Error unless the plan is one for this graph: layers known and in their stage, ranks in range
/// and in their stage's group, schemes that fit the layer, shares for each rank, readers of a fused
/// layer that let it be (fusion.hpp). The message begins with the JSON pointer of the offending
/// entry: `/stages/0/layers/fc1/shares: …`.
void validate(const Plan& plan, const graph::Graph& lowered);

}  // namespace shoal::plan
