#include "planner/lane_price.hpp"

#include <algorithm>

namespace shoal::planner {
namespace {

using graph::LayerId;
using program::Compute;
using program::Finish;
using program::Program;
using program::Step;
using program::TransferInfo;

/// Adds the costs of a program's steps up.
class LanePricer {
 public:
  LanePricer(const plan::Plan& lane, const Program& program, Estimator& estimator)
      : lane_(lane), program_(program), estimator_(estimator) {
    result_.stages.resize(lane.stages.size());
    result_.ranks.resize(program.steps.size());
    stage_of_layer_ = plan::stages_of_layers(lane, program.graph);
    computing_.resize(program.graph.size());
    for (std::size_t i = 0; i < lane.stages.size(); ++i) {
      result_.stages[i].ranks = lane.stages[i].replicas.front().ranks;
    }
    for (std::size_t i = 0; i < program.graph.size(); ++i) {
      result_.stages[stage_of_layer_[i]].layers.push_back({LayerId{i}});
    }
  }

  LanePrice price() && {
    find_readers();
    for (int rank = 0; rank < program_.ranks(); ++rank) price_computing({rank});
    for (std::size_t i = 0; i < program_.graph.size(); ++i) {
      layer_price({i}).computing = computing_[i];
    }
    for (const TransferInfo& transfer : program_.transfers) price_transfer(transfer);
    add_up();
    return std::move(result_);
  }

 private:
  LayerPrice& layer_price(LayerId layer) {
    std::vector<LayerPrice>& layers = result_.stages[stage_of_layer_[layer.value]].layers;
    return *std::find_if(layers.begin(), layers.end(),
                         [&](const LayerPrice& one) { return one.layer == layer; });
  }

  void price_computing(Rank rank) {
    Seconds sum = 0;
    std::vector<Seconds> by_layer(program_.graph.size(), 0);
    for (const Step& step : program_.of(rank)) {
      if (const auto* compute = std::get_if<Compute>(&step)) {
        by_layer[compute->layer.value] += estimator_.computing(
            rank, program_.graph, compute->layer, compute->inputs.front().box, compute->box);
      } else if (const auto* finish = std::get_if<Finish>(&step)) {
        by_layer[finish->layer.value] +=
            estimator_.finishing(rank, program_.graph, finish->layer, finish->box);
      }
    }
    for (std::size_t i = 0; i < by_layer.size(); ++i) {
      computing_[i] = std::max(computing_[i], by_layer[i]);
      sum += by_layer[i];
    }
    result_.ranks[static_cast<std::size_t>(rank.value)].computing = sum;
  }

  /// The stage in which each tensor is read; behind the last one for the answer.
  void find_readers() {
    readers_.assign(program_.tensors.size(), lane_.stages.size());
    for (const auto& steps : program_.steps) {
      for (const Step& step : steps) {
        const auto* compute = std::get_if<Compute>(&step);
        if (compute == nullptr) continue;
        for (const program::Operand& input : compute->inputs) {
          std::size_t& reader = readers_[input.tensor.value];
          reader = std::min(reader, stage_of_layer_[compute->layer.value]);
        }
      }
    }
    for (std::size_t i = program_.transfers.size(); i-- > 0;) {
      const TransferInfo& transfer = program_.transfers[i];
      std::size_t& reader = readers_[transfer.to.value];
      // The sum of a stage's last layer is made within the stage, whoever reads it then.
      if (!transfer.crosses && transfer.redistribution.adds()) {
        reader = stage_of_layer_[program_[transfer.to].layer.value];
      }
      if (!transfer.crosses) {
        readers_[transfer.from.value] = std::min(readers_[transfer.from.value], reader);
      }
    }
  }

  void price_transfer(const TransferInfo& transfer) {
    const split::Redistribution& moved = transfer.redistribution;
    const Seconds seconds = estimator_.transferring(moved);
    Bytes bytes = 0;
    for (const split::RankBytes& one : moved.bytes()) {
      bytes += one.received;
      occupy_line(one);
    }
    const std::size_t stage = readers_[transfer.to.value];
    if (transfer.crosses) {
      if (stage == lane_.stages.size()) {
        result_.leaving += seconds;
      } else {
        result_.stages[stage].arriving += seconds;
        result_.stages[stage].arriving_bytes += bytes;
        result_.stages[stage].arriving_as.insert(moved.wire);
      }
      return;
    }
    const LayerId layer = program_[transfer.to].layer;
    if (stage_of_layer_[layer.value] == stage && !is_frame(layer)) {
      layer_price(layer).transferring += seconds;
      layer_price(layer).moved += bytes;
      layer_price(layer).moved_as.insert(moved.wire);
    }
    result_.stages[std::min(stage, lane_.stages.size() - 1)].transferring += seconds;
  }

  [[nodiscard]] bool is_frame(LayerId layer) const {
    return std::holds_alternative<graph::Input>(program_.graph[layer].op);
  }

  void occupy_line(const split::RankBytes& moved) {
    const double speed = estimator_.profile().network.line_speed(moved.rank);
    LanePrice::OfRank& of_rank = result_.ranks[static_cast<std::size_t>(moved.rank.value)];
    of_rank.sending += static_cast<double>(moved.sent) / speed;
    of_rank.receiving += static_cast<double>(moved.received) / speed;
  }

  void add_up() {
    for (ReplicaPrice& stage : result_.stages) {
      for (const LayerPrice& layer : stage.layers) stage.computing += layer.computing;
      for (const Rank rank : stage.ranks) {
        result_.ranks[static_cast<std::size_t>(rank.value)].busy += stage.total();
      }
    }
  }

  const plan::Plan& lane_;
  const Program& program_;
  Estimator& estimator_;
  LanePrice result_;
  std::vector<std::size_t> stage_of_layer_;
  std::vector<Seconds> computing_;    ///< by layer, of the slowest member
  std::vector<std::size_t> readers_;  ///< by tensor
};

}  // namespace

Seconds LanePrice::latency() const {
  Seconds sum = leaving;
  for (const ReplicaPrice& stage : stages) sum += stage.arriving + stage.total();
  return sum;
}

LanePrice price_lane(const plan::Plan& lane, const program::Program& program,
                     Estimator& estimator) {
  return LanePricer(lane, program, estimator).price();
}

}  // namespace shoal::planner
