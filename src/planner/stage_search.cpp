#include "planner/stage_search.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace shoal::planner {
namespace {

/// Where every set of a group's members may compute a unit there are more ways to keep.
constexpr std::size_t few_sets = 2;
constexpr std::size_t most_labels_of_many_sets = 64;
constexpr std::size_t most_labels = 24;
/// For what is added up in another order.
constexpr double rounding = 1e-9;

/// One way of reaching a unit's option.
struct Label {
  Seconds time = 0;
  std::vector<Bytes> weights;      ///< by member, so far, and what waits
  std::vector<Bytes> activations;  ///< by member, most at once so far
  std::size_t before = 0;          ///< the label of the unit before, in its list
  std::size_t option = 0;
};

Bytes most_weights(const Label& label) {
  return *std::max_element(label.weights.begin(), label.weights.end());
}

/// Dynamic programming over the units of one stage.
class StageSearch {
 public:
  StageSearch(UnitCosts& costs, std::size_t first, std::size_t end, Aim aim,
              const std::vector<Bytes>& memory, std::size_t waiting, Seconds known)
      : costs_(costs),
        first_(first),
        end_(end),
        aim_(aim),
        memory_(memory),
        waiting_(waiting),
        known_(known) {}

  std::optional<StageChoice> search() {
    find_least_behind();
    find_weights_behind();
    start();
    for (std::size_t unit = first_; unit + 1 < end_; ++unit) {
      if (labels_.back().empty()) return std::nullopt;
      go_on(unit);
    }
    return finish();
  }

 private:
  [[nodiscard]] Seconds seconds(const UnitCost& cost) const {
    return aim_ == Aim::latency ? cost.within + cost.crossing : cost.within;
  }

  /// The least time that the units behind each one can take, for pruning.
  void find_least_behind() {
    least_behind_.assign(end_ - first_, 0);
    for (std::size_t unit = end_; unit-- > first_ + 1;) {
      Seconds least = std::numeric_limits<Seconds>::infinity();
      for (std::size_t option = 0; option < costs_.options(unit).size(); ++option) {
        least = std::min(least, costs_.alone(unit, option).computing);
      }
      least_behind_[unit - 1 - first_] = least + least_behind_[unit - first_];
    }
    bound_ = std::min(known_, bound_by_one_style() * (1 + rounding));
  }

  /// The most weights that each member can come to behind each unit.
  void find_weights_behind() {
    most_behind_.assign(end_ - first_, std::vector<Bytes>(memory_.size(), 0));
    for (std::size_t unit = end_; unit-- > first_ + 1;) {
      std::vector<Bytes>& behind = most_behind_[unit - 1 - first_];
      for (std::size_t option = 0; option < costs_.options(unit).size(); ++option) {
        const std::vector<Bytes>& weights = costs_.alone(unit, option).weights;
        for (std::size_t i = 0; i < behind.size(); ++i) behind[i] = std::max(behind[i], weights[i]);
      }
      for (std::size_t i = 0; i < behind.size(); ++i) behind[i] += most_behind_[unit - first_][i];
    }
  }

  /// Whether `a` does as well as `b` whatever comes behind `unit`. A member whose memory can't run
  /// out any more does not count.
  [[nodiscard]] bool is_no_worse(const Label& a, const Label& b, std::size_t unit) const {
    if (a.time > b.time) return false;
    const std::vector<Bytes>& behind = most_behind_[unit - first_];
    for (std::size_t i = 0; i < a.weights.size(); ++i) {
      if (a.weights[i] + behind[i] + costs_.most_activations() <= memory_[i]) continue;
      if (a.weights[i] > b.weights[i] || a.activations[i] > b.activations[i]) return false;
    }
    return true;
  }

  /// What it takes to go with options of one style and one set of ranks all the way: the best of
  /// these bounds the search.
  Seconds bound_by_one_style() {
    Seconds best = std::numeric_limits<Seconds>::infinity();
    for (const Option& option : costs_.options(first_)) {
      best = std::min(best, time_of_style(option.style, option.ranks));
    }
    return best;
  }

  Seconds time_of_style(Style style, const std::vector<Rank>& ranks) {
    Label label = empty_label();
    std::size_t before = 0;
    for (std::size_t unit = first_; unit < end_; ++unit) {
      const auto found = nearest_option(unit, style, ranks);
      if (!found) return std::numeric_limits<Seconds>::infinity();
      if (unit == first_) {
        enter(label, *found);
      } else {
        add(label, costs_.between(unit - 1, before, *found));
      }
      hold(label, unit, *found);
      before = *found;
    }
    add(label, costs_.last(end_ - 1, before));
    return fits(label) ? label.time : std::numeric_limits<Seconds>::infinity();
  }

  /// The option of that style on those ranks; where the style does not fit, by outputs, or whole.
  std::optional<std::size_t> nearest_option(std::size_t unit, Style style,
                                            const std::vector<Rank>& ranks) {
    const std::vector<Option>& options = costs_.options(unit);
    for (const Style wanted : {style, Style::outputs, Style::whole}) {
      for (std::size_t i = 0; i < options.size(); ++i) {
        if (options[i].style == wanted && options[i].ranks == ranks) return i;
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] Label empty_label() const {
    Label label;
    label.weights.assign(costs_.group().size(), 0);
    label.activations.assign(costs_.group().size(), 0);
    return label;
  }

  /// What waits is there for as long as anything is.
  void enter(Label& label, std::size_t option) {
    const UnitAlone& alone = costs_.alone(first_, option);
    add(label, alone.entry);
    for (std::size_t i = 0; i < label.weights.size(); ++i) {
      label.weights[i] += alone.ahead[i] * waiting_;
    }
  }

  void add(Label& label, const UnitCost& cost) const {
    label.time += seconds(cost);
    for (std::size_t i = 0; i < label.activations.size(); ++i) {
      label.activations[i] = std::max(label.activations[i], cost.activations[i]);
    }
  }

  void hold(Label& label, std::size_t unit, std::size_t option) {
    label.option = option;
    const std::vector<Bytes>& weights = costs_.alone(unit, option).weights;
    for (std::size_t i = 0; i < label.weights.size(); ++i) label.weights[i] += weights[i];
  }

  [[nodiscard]] bool fits(const Label& label) const {
    for (std::size_t i = 0; i < memory_.size(); ++i) {
      if (label.weights[i] + label.activations[i] > memory_[i]) return false;
    }
    return true;
  }

  void start() {
    std::vector<Label>& labels = labels_.emplace_back();
    for (std::size_t option = 0; option < costs_.options(first_).size(); ++option) {
      Label label = empty_label();
      enter(label, option);
      hold(label, first_, option);
      if (fits(label)) labels.push_back(std::move(label));
    }
  }

  /// From the labels of `unit` to those of the next one.
  void go_on(std::size_t unit) {
    std::vector<Label> next;
    const std::vector<Label>& labels = labels_.back();
    for (std::size_t option = 0; option < costs_.options(unit + 1).size(); ++option) {
      std::vector<Label> reached;
      for (std::size_t i = 0; i < labels.size(); ++i) {
        const Seconds least = labels[i].time + costs_.alone(unit, labels[i].option).computing +
                              costs_.alone(unit + 1, option).computing +
                              least_behind_[unit + 1 - first_];
        if (least > bound_) continue;
        Label label = labels[i];
        label.before = i;
        add(label, costs_.between(unit, labels[i].option, option));
        hold(label, unit + 1, option);
        if (fits(label)) insert(reached, std::move(label), unit + 1);
      }
      std::move(reached.begin(), reached.end(), std::back_inserter(next));
    }
    labels_.push_back(std::move(next));
  }

  void insert(std::vector<Label>& labels, Label label, std::size_t unit) const {
    for (const Label& other : labels) {
      if (is_no_worse(other, label, unit)) return;
    }
    std::erase_if(labels, [&](const Label& other) { return is_no_worse(label, other, unit); });
    labels.push_back(std::move(label));
    const bool few = costs_.sets() <= few_sets;
    if (labels.size() <= (few ? most_labels : most_labels_of_many_sets)) return;
    // Neither the quickest nor the smallest: the slowest of the rest goes.
    const auto smallest = std::min_element(
        labels.begin(), labels.end(),
        [](const Label& a, const Label& b) { return most_weights(a) < most_weights(b); });
    std::iter_swap(labels.begin(), smallest);
    labels.erase(std::max_element(std::next(labels.begin()), labels.end(),
                                  [](const Label& a, const Label& b) { return a.time < b.time; }));
  }

  std::optional<StageChoice> finish() {
    const std::vector<Label>& labels = labels_.back();
    std::optional<StageChoice> best;
    std::size_t best_label = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      Label label = labels[i];
      add(label, costs_.last(end_ - 1, label.option));
      if (!fits(label) || (best && label.time >= best->time)) continue;
      best = StageChoice{label.time, {}};
      best_label = i;
    }
    if (!best) return std::nullopt;
    best->options.resize(end_ - first_);
    for (std::size_t unit = end_ - first_; unit-- > 0;) {
      const Label& label = labels_[unit][best_label];
      best->options[unit] = label.option;
      best_label = label.before;
    }
    return best;
  }

  UnitCosts& costs_;
  std::size_t first_;
  std::size_t end_;
  Aim aim_;
  const std::vector<Bytes>& memory_;
  std::size_t waiting_;
  Seconds known_;
  std::vector<Seconds> least_behind_;            ///< by unit
  std::vector<std::vector<Bytes>> most_behind_;  ///< by unit, by member
  Seconds bound_ = 0;
  std::vector<std::vector<Label>> labels_;  ///< by unit
};

}  // namespace

std::optional<StageChoice> search_stage(UnitCosts& costs, std::size_t first, std::size_t end,
                                        Aim aim, const std::vector<Bytes>& memory,
                                        std::size_t waiting, Seconds known) {
  return StageSearch(costs, first, end, aim, memory, waiting, known).search();
}

}  // namespace shoal::planner
