#include <algorithm>
#include <cmath>
#include <limits>

#include "shoal/program/counts.hpp"
#include "shoal/program/lanes.hpp"

#include "planner/lane_price.hpp"
#include "planner/price_plan.hpp"
#include "planner/timeline.hpp"

namespace shoal::planner {
namespace {

using program::Compute;
using program::Program;

Bytes weights_of(const std::vector<Program>& lanes, Rank rank) {
  program::HeldWeights held;
  for (const Program& lane : lanes) {
    for (const program::Step& step : lane.of(rank)) {
      if (const auto* compute = std::get_if<Compute>(&step)) held.add(lane, *compute);
    }
  }
  return held.bytes();
}

/// Of how many replicas a rank's stage consists: its frames are one in so many.
std::size_t replicas_beside(const plan::Plan& plan, Rank rank) {
  for (const plan::Stage& stage : plan.stages) {
    for (const plan::Replica& replica : stage.replicas) {
      if (std::find(replica.ranks.begin(), replica.ranks.end(), rank) != replica.ranks.end()) {
        return stage.replicas.size();
      }
    }
  }
  return 1;
}

RankPrice price_memory(const plan::Plan& plan, const std::vector<Program>& lanes, Rank rank) {
  RankPrice price;
  price.weights = weights_of(lanes, rank);
  Bytes ahead = 0;
  for (const Program& lane : lanes) {
    const program::Activations held = program::activations(lane, rank);
    price.activations = std::max(price.activations, held.peak);
    ahead = std::max(ahead, held.ahead);
  }
  const std::size_t replicas = replicas_beside(plan, rank);
  const std::size_t waiting = (plan::credits(plan) + replicas - 1) / replicas;
  price.activations += ahead * (std::max<std::size_t>(waiting, 1) - 1);
  return price;
}

/// Adds the lanes up, each in proportion to the frames that take it: replicas of a stage share the
/// frames by their rates.
class Pricer {
 public:
  Pricer(const plan::Plan& plan, const std::vector<Program>& lanes, Estimator& estimator,
         Played played)
      : plan_(plan), lanes_(lanes), estimator_(estimator), played_(played) {}

  Price price() && {
    const std::vector<plan::Plan> plans = plan::lanes(plan_);
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      priced_.push_back(price_lane(plans[i], lanes_[i], estimator_));
    }
    for (int rank = 0; rank < plan_.ranks; ++rank) {
      price_.ranks.push_back(price_memory(plan_, lanes_, {rank}));
    }
    price_stages();
    price_.leaving = priced_.front().leaving;
    if (!std::isfinite(price_.interval)) {
      price_.latency = price_.interval;
      return std::move(price_);
    }
    const std::vector<double> weights = lane_weights();
    for (std::size_t rank = 0; rank < price_.ranks.size(); ++rank) price_rank(rank, weights);
    for (std::size_t i = 0; i < priced_.size(); ++i) price_latency(i);
    if (plan::is_streamed(plan_)) price_by_playing();
    return std::move(price_);
  }

 private:
  [[nodiscard]] const ReplicaPrice& replica_of(std::size_t stage, std::size_t lane) const {
    const std::vector<ReplicaPrice>& replicas = price_.stages[stage].replicas;
    return replicas[lane % replicas.size()];
  }

  void price_stages() {
    for (std::size_t stage = 0; stage < plan_.stages.size(); ++stage) {
      StagePrice& priced = price_.stages.emplace_back();
      double rate = 0;
      for (std::size_t i = 0; i < plan_.stages[stage].replicas.size(); ++i) {
        ReplicaPrice& replica = priced.replicas.emplace_back(priced_[i].stages[stage]);
        for (const Rank rank : replica.ranks) {
          const Bytes held = price_.ranks[static_cast<std::size_t>(rank.value)].held();
          replica.paging = std::max(replica.paging, estimator_.device(rank).paging(held));
        }
        rate += 1 / replica.total();
        // The frames that it takes are never answered.
        if (!std::isfinite(replica.total())) price_.interval = replica.total();
      }
      priced.interval = 1 / rate;
    }
  }

  [[nodiscard]] std::vector<double> lane_weights() const {
    std::vector<double> weights;
    double sum = 0;
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
      double weight = 1;
      for (std::size_t stage = 0; stage < price_.stages.size(); ++stage) {
        weight *= price_.stages[stage].interval / replica_of(stage, lane).total();
      }
      weights.push_back(weight);
      sum += weight;
    }
    for (double& weight : weights) weight = sum > 0 ? weight / sum : 0;
    return weights;
  }

  void price_rank(std::size_t rank, const std::vector<double>& weights) {
    RankPrice& priced = price_.ranks[rank];
    Seconds sending = 0;
    Seconds receiving = 0;
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
      const LanePrice::OfRank& of_rank = priced_[lane].ranks[rank];
      priced.computing = std::max(priced.computing, of_rank.computing);
      Seconds busy = of_rank.busy;
      for (std::size_t stage = 0; stage < price_.stages.size(); ++stage) {
        const ReplicaPrice& replica = replica_of(stage, lane);
        const Rank self{static_cast<int>(rank)};
        const bool member =
            std::find(replica.ranks.begin(), replica.ranks.end(), self) != replica.ranks.end();
        if (member) busy += replica.paging;
      }
      priced.busy += weights[lane] * busy;
      sending += weights[lane] * of_rank.sending;
      receiving += weights[lane] * of_rank.receiving;
    }
    priced.line = std::max(sending, receiving);
    price_.interval = std::max({price_.interval, priced.busy, priced.line});
  }

  void price_latency(std::size_t lane) {
    Seconds latency = priced_[lane].latency();
    for (std::size_t stage = 0; stage < price_.stages.size(); ++stage) {
      latency += replica_of(stage, lane).paging;
    }
    price_.latency = std::max(price_.latency, latency);
  }

  /// What streams overlaps: sums over layers are only what it would take otherwise.
  void price_by_playing() {
    std::vector<Seconds> paging;
    for (std::size_t rank = 0; rank < price_.ranks.size(); ++rank) {
      paging.push_back(
          estimator_.device({static_cast<int>(rank)}).paging(price_.ranks[rank].held()));
    }
    price_.latency = 0;
    for (const Program& lane : lanes_) {
      const FrameTimes alone = play(plan_, {lane}, estimator_, paging, 1);
      price_.latency = std::max(price_.latency, alone.answered.front());
    }
    if (played_ == Played::latency) return;
    // The first frames fill the pipeline.
    const std::size_t filling = 2 * std::max(plan::credits(plan_), lanes_.size());
    const std::size_t steady = 4 * std::max(plan::credits(plan_), lanes_.size());
    const FrameTimes all = play(plan_, lanes_, estimator_, paging, filling + steady);
    price_.interval =
        std::max((all.answered.back() - all.answered[filling - 1]) / static_cast<double>(steady),
                 busiest_in_turn());
  }

  /// What the busiest rank computes for the mean frame, where the lanes take turns: answers that
  /// come in bursts may look closer to each other than that.
  [[nodiscard]] Seconds busiest_in_turn() const {
    Seconds busiest = 0;
    for (std::size_t rank = 0; rank < price_.ranks.size(); ++rank) {
      Seconds sum = 0;
      for (const LanePrice& lane : priced_) sum += lane.ranks[rank].computing;
      busiest = std::max(busiest, sum / static_cast<double>(priced_.size()));
    }
    return busiest;
  }

  const plan::Plan& plan_;
  const std::vector<Program>& lanes_;
  Estimator& estimator_;
  Played played_;
  std::vector<LanePrice> priced_;  ///< by lane
  Price price_;
};

}  // namespace

Price price(const plan::Plan& plan, const std::vector<Program>& lanes,
            const profile::Profile& profile) {
  Estimator estimator(profile);
  return Pricer(plan, lanes, estimator, Played::all).price();
}

Price price(const plan::Plan& plan, const graph::Graph& lowered, const profile::Profile& profile) {
  return price(plan, program::compile_lanes(plan, lowered), profile);
}

Price price(const plan::Plan& plan, const graph::Graph& lowered, Estimator& estimator,
            Played played) {
  const auto lanes = program::compile_lanes(plan, lowered, program::Proof::none);
  return Pricer(plan, lanes, estimator, played).price();
}

}  // namespace shoal::planner
