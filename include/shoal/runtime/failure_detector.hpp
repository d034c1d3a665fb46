#pragma once

#include <map>
#include <optional>
#include <vector>

#include "shoal/base/units.hpp"

namespace shoal::runtime {

/// Says which of some ranks has been silent for too long. Time counts only as it is looked at: a
/// rank that was busy, or stopped, itself hears of the others afterwards, so that of a long while
/// between two looks `longest_look` counts at most.
class FailureDetector {
 public:
  static constexpr Seconds longest_look = 1;

  FailureDetector(const std::vector<Rank>& watched, Seconds patience);

  /// @param ahead how long nothing may be heard from now on, apart from the patience
  void heard(Rank from, Seconds ahead = 0) { silence_.at(from) = -ahead; }
  /// The rank may be silent from now on.
  void forget(Rank rank) { silence_.erase(rank); }
  /// A rank that has been silent for longer than the patience.
  [[nodiscard]] std::optional<Rank> silent(Seconds now);
  /// For how long nothing has come from a rank that is watched.
  [[nodiscard]] Seconds silence(Rank rank) const { return silence_.at(rank); }
  /// Whether nothing has come from any of several ranks, for half the patience at least: then it is
  /// rather this rank that is cut off.
  [[nodiscard]] bool are_all_silent() const;

 private:
  std::map<Rank, Seconds> silence_;
  Seconds patience_;
  std::optional<Seconds> last_look_;
};

}  // namespace shoal::runtime
