#pragma once

#include <optional>
#include <vector>

#include "shoal/profile/profile.hpp"
#include "shoal/runtime/frame_report.hpp"

namespace shoal::runtime {

/// Compares what ranks take for their frames with what was predicted, and says when one has become
/// slower or faster for good. A rank's slowness is measured / predicted computing time, the median
/// of its latest frames, in relation to the median of its first Options::after seconds: a profile
/// that errs is no reason to change the plan, a device that changes is. What disturbs the first
/// frames for less than half of that time does not count.
class Watch {
 public:
  struct Options {
    double factor = 1.3;     ///< what is faster or slower by less has not changed
    Seconds after = 10;      ///< nor has what did not last longer than this
    Seconds pause = 30;      ///< from a start() until a change may be told
    std::size_t window = 8;  ///< frames whose median counts
  };
  /// Seconds that a frame's computing takes, by lane and rank; 0 for ranks without work.
  using Prediction = std::vector<std::vector<Seconds>>;

  struct Change {
    Rank rank;
    double slowness = 1;
    Seconds lasted = 0;
  };

  explicit Watch(const Options& options) : options_(options) {}

  /// A plan is in force from `now` on, or what was found is to be taken as given: what was measured
  /// before is forgotten.
  void start(Prediction predicted, Seconds now);
  void report(Rank rank, const FrameReport& report, Seconds now);
  /// Of the rank that changed most, if any did.
  [[nodiscard]] std::optional<Change> change(Seconds now) const;
  /// Every rank's; 1 where not enough is known.
  [[nodiscard]] std::vector<double> slowness() const;

 private:
  struct Record {
    std::size_t frames = 0;
    Seconds began = 0;             ///< when the first frame that counts was reported
    std::vector<double> earliest;  ///< measured / predicted, until `first` is known
    std::vector<double> latest;    ///< measured / predicted
    std::optional<double> first;   ///< the median of `earliest`
    std::optional<Seconds> changed_since;
    [[nodiscard]] double slowness() const;
  };
  void find_first(Record& record, Seconds now) const;
  [[nodiscard]] bool is_change(double slowness) const;

  Options options_;
  Prediction predicted_;
  Seconds started_ = 0;
  std::vector<Record> records_;  ///< by rank
};

/// The profile of devices of which each takes `slowness` times as long for what it computes.
profile::Profile slowed(const profile::Profile& profile, const std::vector<double>& slowness);

}  // namespace shoal::runtime
