#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "planner/lane_price.hpp"
#include "planner/option.hpp"

namespace shoal::planner {

/// Cost of a unit on a group. The costs of its units, those of entry and exit included, add up to
/// the price of a group's stage.
struct UnitCost {
  Seconds within = 0;              ///< computing, and transfers within the group
  Seconds crossing = 0;            ///< transfers from or to outside of the stage
  std::vector<Bytes> activations;  ///< by member: most held at once
};

/// Cost of a unit by itself, whatever comes before and after.
struct UnitAlone {
  Seconds computing = 0;       ///< of its layers, each by the slowest member: the least it can cost
  std::vector<Bytes> weights;  ///< by member
  std::vector<Bytes> ahead;    ///< by member: of its input, for each frame that waits
  UnitCost entry;              ///< of bringing its input to the group, from outside of the stage
};

/// Ranks where the frames come in and the answers go.
struct Ends {
  Rank input;
  Rank output;
};

/// Compiles pieces of a network as the whole would be compiled, on one group of ranks, and reads
/// the costs from them. Remembers what it was asked. All of these must outlive it.
class UnitCosts {
 public:
  UnitCosts(const graph::Graph& lowered, const std::vector<Unit>& units, Estimator& estimator,
            const Ends& ends, std::vector<Rank> group, std::vector<std::vector<Rank>> sets);

  [[nodiscard]] const std::vector<Rank>& group() const { return group_; }
  /// Number of sets of the group's ranks that may compute a unit.
  [[nodiscard]] std::size_t sets() const { return sets_.size(); }
  /// More than any member holds at once besides its weights, whatever the options.
  [[nodiscard]] Bytes most_activations() const { return most_activations_; }
  /// The ways of placing a unit on the group's sets of ranks.
  const std::vector<Option>& options(std::size_t unit);

  const UnitAlone& alone(std::size_t unit, std::size_t option);
  /// Of a unit's layers and of the way of its output to the next unit.
  const UnitCost& between(std::size_t unit, std::size_t option, std::size_t next_option);
  /// The same of the last unit of a stage.
  const UnitCost& last(std::size_t unit, std::size_t option);

 private:
  struct Compiled {
    program::Program program;
    LanePrice price;
  };
  using UnitOption = std::pair<std::size_t, std::size_t>;

  const graph::Graph& piece(std::size_t first, std::size_t end);
  /// A rank that is not in the group, if there is one.
  [[nodiscard]] std::optional<Rank> outsider() const;
  [[nodiscard]] plan::Plan plan_on_group(std::size_t first, const graph::Graph& graph) const;
  void place(plan::Stage& stage, std::size_t unit, const Option& option) const;
  Compiled compile(plan::Plan plan, const graph::Graph& graph);
  [[nodiscard]] UnitCost cost_of(std::size_t unit, const Compiled& compiled) const;
  [[nodiscard]] std::vector<Bytes> activations(const Compiled& compiled) const;

  const graph::Graph& lowered_;
  const std::vector<Unit>& units_;
  Estimator& estimator_;
  Ends ends_;
  std::vector<Rank> group_;
  std::vector<std::vector<Rank>> sets_;
  Bytes most_activations_;
  std::map<std::pair<std::size_t, std::size_t>, graph::Graph> pieces_;
  std::map<std::size_t, std::vector<Option>> options_;
  std::map<UnitOption, UnitAlone> alone_;
  std::map<std::pair<UnitOption, std::size_t>, UnitCost> between_;
  std::map<UnitOption, UnitCost> last_;
};

}  // namespace shoal::planner
