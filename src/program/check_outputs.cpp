#include "program/check_outputs.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

#include <fmt/core.h>

namespace shoal::program {
namespace {

/// What one rank makes of a tensor, and of what.
struct Part {
  Rank rank;
  Box output;
  Box input;  ///< of the first input
};

/// What the ranks make of one tensor.
struct Making {
  std::vector<Part> parts;
  bool complete = true;

  [[nodiscard]] std::vector<Box> boxes(Box Part::*box) const {
    std::vector<Box> result;
    for (const Part& part : parts) result.push_back(part.*box);
    return result;
  }
};

class OutputsCheck {
 public:
  explicit OutputsCheck(const Program& program) : program_(program) {
    for (int rank = 0; rank < program.ranks(); ++rank) {
      for (const Step& step : program.of({rank})) {
        if (const auto* compute = std::get_if<Compute>(&step)) note({rank}, *compute);
      }
      join_chunks({rank});
    }
    for (const TransferInfo& transfer : program.transfers) moved_.insert(transfer.from);
  }

  void check() const {
    for (const auto& [tensor, making] : makings_) {
      const Box whole = Box::whole(program_.shape(tensor));
      if (!making.complete) {
        check_sums(program_[tensor].layer, making);
      } else if (!is_made_by_each(making, whole) &&
                 !tiles_exactly(making.boxes(&Part::output), whole) &&
                 !is_read_where_made(tensor, making)) {
        fail(program_[tensor].layer, "an output that is not made exactly once");
      }
    }
  }

 private:
  [[noreturn]] void fail(graph::LayerId layer, const char* why) const {
    throw std::logic_error(fmt::format("program: {}: {}", program_.graph[layer].name, why));
  }

  void note(Rank rank, const Compute& step) {
    if (step.complete && !has_all_inputs(step)) fail(step.layer, "made without all that it reads");
    Making& making = makings_[step.output];
    making.complete = making.complete && step.complete;
    chunks_[step.output].push_back({rank, step.box, step.inputs.front().box});
    for (const Operand& input : step.inputs) {
      Box& read = reads_[{input.tensor, rank}];
      read = hull(read, input.box);
    }
  }

  /// What a rank made of each tensor, chunk by chunk, as one part.
  void join_chunks(Rank rank) {
    for (const auto& [tensor, chunks] : chunks_) {
      Part whole{rank, program_[tensor].layout.box_of(rank).value_or(Box{}), {}};
      std::vector<Box> boxes;
      for (const Part& chunk : chunks) {
        boxes.push_back(chunk.output);
        whole.input = hull(whole.input, chunk.input);
      }
      if (!tiles_exactly(boxes, whole.output)) {
        fail(program_[tensor].layer, "a buffer that is not filled");
      }
      makings_[tensor].parts.push_back(whole);
    }
    chunks_.clear();
  }

  [[nodiscard]] bool has_all_inputs(const Compute& step) const {
    const graph::Graph& graph = program_.graph;
    const std::vector<Shape> shapes = graph.input_shapes(step.layer);
    if (std::holds_alternative<graph::Flatten>(graph[step.layer].op)) {
      const Box& read = step.inputs.front().box;
      return graph::flattened_box(read, shapes.front()).contains(step.box);
    }
    const graph::Footprint footprint = graph.footprint(step.layer);
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      if (!step.inputs[i].box.contains(graph::input_box(footprint, step.box, shapes[i]))) {
        return false;
      }
    }
    return true;
  }

  static bool is_made_by_each(const Making& making, const Box& whole) {
    return std::all_of(making.parts.begin(), making.parts.end(),
                       [&](const Part& part) { return part.output == whole; });
  }

  /// The parts of a fused layer may overlap, and leave out what no layer reads. Nobody gets them
  /// from another rank, and each is just what its own rank reads of it.
  [[nodiscard]] bool is_read_where_made(TensorId tensor, const Making& making) const {
    return !moved_.contains(tensor) &&
           std::all_of(making.parts.begin(), making.parts.end(), [&](const Part& part) {
             const auto read = reads_.find({tensor, part.rank});
             return read != reads_.end() && read->second == part.output;
           });
  }

  void check_sums(graph::LayerId layer, const Making& making) const {
    const Box whole =
        graph::input_box(program_.graph.footprint(layer), Box::whole(program_.graph[layer].output),
                         program_.graph.input_shape(layer));
    if (!tiles_exactly(making.boxes(&Part::input), whole)) {
      fail(layer, "summands that do not sum over everything once");
    }
  }

  const Program& program_;
  std::map<TensorId, Making> makings_;
  std::map<TensorId, std::vector<Part>> chunks_;    ///< of the rank that is looked at
  std::map<std::pair<TensorId, Rank>, Box> reads_;  ///< the hull of what the rank's steps read
  std::set<TensorId> moved_;                        ///< what transfers take from
};

}  // namespace

void check_outputs(const Program& program) {
  OutputsCheck(program).check();
}

}  // namespace shoal::program
