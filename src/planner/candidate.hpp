#pragma once

#include <functional>
#include <optional>

#include "shoal/planner/planner.hpp"

#include "planner/price_plan.hpp"
#include "planner/structure.hpp"

namespace shoal::planner {

/// A plan and its price.
struct Candidate {
  plan::Plan plan;
  Price price;
  Played played = Played::all;  ///< for the price

  /// Devices that have something to do.
  [[nodiscard]] std::size_t devices() const;
};

/// The plan of a structure.
plan::Plan plan_of(const Structure& structure, const graph::Graph& lowered,
                   const std::vector<Unit>& units, Groups& groups, const Ends& ends,
                   std::size_t devices);

/// Prices a plan; nothing where a device would hold more than its memory even with one frame for
/// each replica in flight.
std::optional<Candidate> price_candidate(plan::Plan plan, const graph::Graph& lowered,
                                         Estimator& estimator, Played played = Played::all);

/// Figure of a plan that is minimised.
using CostOf = std::function<Seconds(const Candidate&)>;

/// Puts a plan in place of `best` where it costs at least 0.1 % less: one that gains less is not
/// worth smaller pieces, shares that are harder to read, or anything computed twice. It is played
/// as `best` was.
/// @return whether it did
bool take_if_cheaper(Candidate& best, plan::Plan plan, const graph::Graph& lowered,
                     Estimator& estimator, const CostOf& cost);

/// Whether two plans have the same stages, replicas and sizes of groups, and differ only in how
/// layers are split.
bool same_shape(const plan::Plan& a, const plan::Plan& b);

/// Whether two candidates are of the same shape and price: alike, but for which of alike devices do
/// what.
bool are_alike(const Candidate& a, const Candidate& b);

}  // namespace shoal::planner
