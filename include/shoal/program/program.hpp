#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "shoal/graph/graph.hpp"
#include "shoal/plan/plan.hpp"
#include "shoal/split/redistribution.hpp"

namespace shoal::program {

/// A layer's output in one layout. A rank that holds a box of it has a buffer for that box. The
/// same output in another layout is another tensor.
struct TensorId {
  std::size_t value = 0;
  friend auto operator<=>(TensorId, TensorId) = default;
};

struct TransferId {
  std::size_t value = 0;
  friend auto operator<=>(TransferId, TransferId) = default;
};

struct TensorInfo {
  graph::LayerId layer;
  split::Layout layout;
};

/// A redistribution, or a piece of one. Within a stage its participants all take part in it at the
/// same place of their programs (a Transfer step). One that crosses from a stage to another, from
/// the input, or to the answer, is a Send and a Receive, between which the ranks do other things:
/// messages between pairs. So is a piece of what is streamed: the boxes of its redistribution are
/// parts of those that the ranks hold.
struct TransferInfo {
  TensorId from;
  TensorId to;
  split::Redistribution redistribution;
  bool crosses = false;   ///< from one stage to another
  bool is_piece = false;  ///< of a streamed transfer

  /// Whether nobody waits for all participants: Send and Receive, not Transfer.
  [[nodiscard]] bool by_messages() const { return crosses || is_piece; }
};

/// A box of a tensor that this rank holds.
struct Operand {
  TensorId tensor;
  Box box;
};

/// Puts the next frame into the tensor.
struct ReadFrame {
  TensorId tensor;
};
/// Computes `box` of the output from the inputs: this rank's box of it or, of a streamed layer, a
/// chunk of that.
struct Compute {
  graph::LayerId layer;
  std::vector<Operand> inputs;
  TensorId output;
  Box box;
  bool complete = true;  ///< whether bias and activation are applied, or finished after a sum
  /// Algorithm of a convolution, where the plan names one.
  std::optional<graph::ConvolutionAlgorithm> algorithm = {};
};
/// Bias and activation on what was summed up.
struct Finish {
  graph::LayerId layer;
  TensorId tensor;
  Box box;
};
/// Takes part in a redistribution within a stage; waits for the other participants.
struct Transfer {
  TransferId id;
};
/// Sends what others get of this rank's box, and keeps what it gets itself; waits for nobody.
struct Send {
  TransferId id;
};
/// Waits until this rank's box has arrived.
struct Receive {
  TransferId id;
};
/// The tensor's buffer on this rank is not needed any more in this frame.
struct Release {
  TensorId tensor;
};
/// The tensor is the answer.
struct WriteResult {
  TensorId tensor;
};

using Step =
    std::variant<ReadFrame, Compute, Finish, Transfer, Send, Receive, Release, WriteResult>;

/// Steps of every rank for one frame: a value that can be printed, counted and checked before any
/// rank starts. All ranks compile the same whole; each walks its own steps.
///
/// A rank's steps are in three runs (see lines()): those on the frame where it comes in, those that
/// compute, those on the answer. Of several frames in flight a rank computes one after the other;
/// the first and the last run of others, which wait for no computing, may come between.
struct Program {
  graph::Graph graph;  ///< lowered
  Rank input_rank;
  Rank output_rank;
  std::vector<TensorInfo> tensors;
  std::vector<TransferInfo> transfers;
  std::vector<std::vector<Step>> steps;  ///< by rank

  [[nodiscard]] int ranks() const { return static_cast<int>(steps.size()); }
  [[nodiscard]] const TensorInfo& operator[](TensorId id) const { return tensors[id.value]; }
  [[nodiscard]] const TransferInfo& operator[](TransferId id) const { return transfers[id.value]; }
  [[nodiscard]] const Shape& shape(TensorId id) const { return graph[(*this)[id].layer].output; }
  [[nodiscard]] const std::vector<Step>& of(Rank rank) const {
    return steps[static_cast<std::size_t>(rank.value)];
  }
};

/// Bounds of a rank's runs of steps: [0, compute) takes the frame in, [compute, answer) computes,
/// [answer, end) hands the answer out.
struct Lines {
  std::size_t compute = 0;
  std::size_t answer = 0;
};
Lines lines(const Program& program, Rank rank);

/// The program of a plan of one replica for each stage, for a lowered graph. A layer that the plan
/// does not place runs where its input is, split as that is (split::follow), when it can; otherwise
/// in the layout that the next placed layer wants. What it fuses is made as plan/fusion.hpp says.
Program compile(const plan::Plan& plan, const graph::Graph& lowered);

}  // namespace shoal::program
