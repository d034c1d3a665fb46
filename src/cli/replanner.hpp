#pragma once

#include <future>
#include <optional>
#include <string>

#include "shoal/graph/graph.hpp"
#include "shoal/plan/plan.hpp"
#include "shoal/profile/profile.hpp"
#include "shoal/runtime/runner.hpp"
#include "shoal/runtime/watch.hpp"

namespace shoal::cli {

/// A change of plan and its reason.
struct Replanned {
  plan::Plan plan;
  std::int64_t frame = 0;  ///< the first one by the new plan
  Seconds at = 0;          ///< since the run began
  runtime::Watch::Change reason;
  Seconds interval_before = 0;  ///< predicted for the old plan on the devices as they are now
  Seconds interval_after = 0;   ///< predicted for the new plan
};

/// `frame 57 and later go by a new plan: rank 1 takes 3.0 times as long as at first, for 10 s by
/// now; 2.31 frames/s are predicted in place of 1.20`
std::string to_text(const Replanned& change);

/// Decides on the input rank whether to move to another plan. The planner works in a thread of its
/// own, so that frames go on meanwhile. `now` is in seconds since some fixed moment.
class Replanner {
 public:
  /// @param after seconds that a device must have been slower or faster
  /// @param in_flight most frames in flight by any plan; 0: as many as the plan has by itself
  Replanner(const graph::Graph& lowered, plan::Plan plan, profile::Profile profile, Seconds after,
            int in_flight, Seconds now);
  Replanner(const Replanner&) = delete;
  Replanner& operator=(const Replanner&) = delete;
  ~Replanner() = default;

  void report(Rank rank, const runtime::FrameReport& report, Seconds now);
  /// The document of a plan to move to, where one is better by enough. An Error where the planner
  /// found none at all.
  std::optional<std::string> next(Seconds now);
  /// Waits for the planner, where it is at work.
  void wait() const;
  /// The job moved to the plan that was given last.
  Replanned moved(const runtime::PlanChange& change, Seconds now);

 private:
  static Replanned plan_again(const graph::Graph& lowered, const plan::Plan& plan,
                              const profile::Profile& profile);
  std::optional<std::string> take_plan();
  void start_watch(Seconds now);

  const graph::Graph& lowered_;
  plan::Plan plan_;
  profile::Profile profile_;
  int in_flight_;
  runtime::Watch watch_;
  runtime::Watch::Change reason_;
  std::future<Replanned> planning_;
  Replanned found_;
};

}  // namespace shoal::cli
