#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "shoal/profile/profile.hpp"

namespace shoal::planner {

/// Asks a profile for times and remembers the answers: a search asks for the same ones over and
/// over. Devices that are alike share them. Knows how what moves between devices shall travel,
/// which sets how long it takes.
class Estimator {
 public:
  explicit Estimator(const profile::Profile& profile,
                     split::WireType wire = split::WireType::float32);

  [[nodiscard]] const profile::Profile& profile() const { return profile_; }
  [[nodiscard]] split::WireType wire() const { return wire_; }
  [[nodiscard]] const profile::Device& device(Rank rank) const { return profile_[rank]; }
  /// Devices of one class are alike in all that the profile says of them.
  [[nodiscard]] std::size_t class_of(Rank rank) const {
    return classes_[static_cast<std::size_t>(rank.value)];
  }

  /// Time of a part of a layer on `rank`.
  Seconds computing(Rank rank, const graph::Graph& graph, graph::LayerId layer, const Box& input,
                    const Box& output);
  /// Time of a whole network on `rank`, were there room for it.
  Seconds computing(Rank rank, const graph::Graph& graph);
  /// Time of bias and activation on summed elements on `rank`.
  Seconds finishing(Rank rank, const graph::Graph& graph, graph::LayerId layer, const Box& box);
  [[nodiscard]] Seconds transferring(const split::Redistribution& redistribution) const {
    return profile_.network.time(redistribution);
  }

 private:
  using Key = std::tuple<std::size_t, std::string, Index, Index, Index, Index>;
  const profile::Profile& profile_;
  split::WireType wire_;
  std::vector<std::size_t> classes_;  ///< by rank
  std::map<Key, Seconds> known_;
};

}  // namespace shoal::planner
