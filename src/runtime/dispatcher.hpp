#pragma once

#include <map>
#include <vector>

#include "shoal/program/program.hpp"
#include "shoal/runtime/frame_report.hpp"

namespace shoal::runtime {

/// Decides, on the input rank, when the next frame may come in and which lane it takes: the one
/// whose busiest rank will be free first, by what frames took there so far.
class Dispatcher {
 public:
  /// @param credits most frames in flight
  Dispatcher(const std::vector<program::Program>& lanes, std::size_t credits);

  [[nodiscard]] bool has_credit() const { return in_flight() < credits_; }
  [[nodiscard]] std::size_t in_flight() const { return in_flight_.size(); }
  [[nodiscard]] std::size_t most_in_flight() const { return most_in_flight_; }

  /// Takes a credit and gives the frame's lane.
  std::size_t admit(std::int64_t frame);
  /// A rank has done its part; the last one gives the credit back.
  void done(Rank rank, const FrameReport& report);
  /// Ranks that take part in a lane.
  [[nodiscard]] const std::vector<Rank>& members(std::size_t lane) const { return members_[lane]; }

 private:
  /// Work of a rank for the frames of one lane. It may be little for those of another: the input
  /// rank, which sees all frames, computes only some.
  struct Load {
    std::size_t frames = 0;  ///< in flight
    bool known = false;      ///< whether one was done
    Seconds each = 0;        ///< what one took lately
  };
  struct InFlight {
    std::size_t lane = 0;
    std::size_t missing = 0;  ///< ranks that are not done
  };
  [[nodiscard]] Seconds busy_until(std::size_t lane) const;

  std::vector<std::vector<Rank>> members_;      ///< by lane
  std::vector<std::vector<Load>> loads_;        ///< by lane and rank
  std::vector<std::int64_t> last_used_;         ///< by lane, the frame
  std::map<std::int64_t, InFlight> in_flight_;  ///< by frame
  std::size_t credits_;
  std::size_t most_in_flight_ = 0;
};

}  // namespace shoal::runtime
