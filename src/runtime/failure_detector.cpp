#include "shoal/runtime/failure_detector.hpp"

#include <algorithm>
#include <utility>

namespace shoal::runtime {

FailureDetector::FailureDetector(const std::vector<Rank>& watched, Seconds patience)
    : patience_(patience) {
  for (const Rank rank : watched) silence_[rank] = 0;
}

std::optional<Rank> FailureDetector::silent(Seconds now) {
  const Seconds before = std::exchange(last_look_, now).value_or(now);
  const Seconds counted = std::min(now - before, longest_look);
  std::optional<Rank> longest;
  for (auto& [rank, silence] : silence_) {
    silence += counted;
    if (silence > patience_ && (!longest || silence > silence_[*longest])) longest = rank;
  }
  return longest;
}

bool FailureDetector::are_all_silent() const {
  return silence_.size() > 1 &&
         std::all_of(silence_.begin(), silence_.end(),
                     [this](const auto& one) { return one.second > patience_ / 2; });
}

}  // namespace shoal::runtime
