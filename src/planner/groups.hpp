#pragma once

#include <map>
#include <optional>
#include <vector>

#include "planner/bound.hpp"
#include "planner/stage_search.hpp"

namespace shoal::planner {

/// The best ways of computing runs of units on groups of devices. Groups of alike devices share
/// them.
class Groups {
 public:
  /// @param all_sets whether a unit may be placed on any of a group's ranks, or only on all of them
  ///   or its quickest
  Groups(const graph::Graph& lowered, const std::vector<Unit>& units, Estimator& estimator,
         const Ends& ends, bool all_sets);

  /// By the time that the group is busy with a frame; nothing where the units do not fit.
  /// @param group ascending
  /// @param end one behind the last unit
  const std::optional<StageChoice>& best(const std::vector<Rank>& group, std::size_t first,
                                         std::size_t end);
  /// A time that best() is not below, without searching: all of the group busy all the time.
  Seconds least(const std::vector<Rank>& group, std::size_t first, std::size_t end);
  /// A time that no structure of these devices is below.
  [[nodiscard]] Seconds bound(const std::vector<Rank>& devices) const {
    return least_times_.bound(devices);
  }
  /// Of what a unit reads; behind the last unit, of the answer.
  [[nodiscard]] Bytes bytes_into(std::size_t unit) const;
  [[nodiscard]] const Ends& ends() const { return ends_; }
  [[nodiscard]] double line_speed(Rank rank) const {
    return estimator_.profile().network.line_speed(rank);
  }
  /// From now on best() leaves room for so many frames that wait in front of each stage; 0 at
  /// first.
  void set_waiting(std::size_t frames);
  [[nodiscard]] std::size_t waiting() const { return waiting_; }
  /// The group's replica for a choice of best().
  plan::Replica replica(const std::vector<Rank>& group, std::size_t first,
                        const StageChoice& choice);

  /// By member; groups of equal classes have the same best().
  using Classes = std::vector<std::size_t>;
  [[nodiscard]] Classes classes_of(const std::vector<Rank>& group) const;
  [[nodiscard]] std::size_t class_of(Rank rank) const { return estimator_.class_of(rank); }

 private:
  UnitCosts& costs_of(const std::vector<Rank>& group);
  [[nodiscard]] bool may_fit(const std::vector<Rank>& group, const Classes& classes,
                             std::size_t first, std::size_t end) const;

  const graph::Graph& lowered_;
  const std::vector<Unit>& units_;
  Estimator& estimator_;
  Ends ends_;
  bool all_sets_;
  std::size_t waiting_ = 0;
  std::map<Classes, UnitCosts> costs_;
  std::map<std::tuple<Classes, std::size_t, std::size_t>, std::optional<StageChoice>> best_;
  LeastTimes least_times_;
  std::map<Classes, std::vector<Seconds>> least_;  ///< of the units before each
  /// The runs of units that turned out not to fit: what contains one of them does not either.
  std::map<Classes, std::vector<std::pair<std::size_t, std::size_t>>> unfit_;
};

/// Every set of some of `ranks` that is not empty.
std::vector<std::vector<Rank>> subsets(const std::vector<Rank>& ranks);

/// Memory of each member of a group.
std::vector<Bytes> memory_of(const std::vector<Rank>& group, const Estimator& estimator);

}  // namespace shoal::planner
