#pragma once

#include <string>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/comm/control_channel.hpp"
#include "shoal/comm/while_waiting.hpp"
#include "shoal/runtime/failure_detector.hpp"

namespace shoal::runtime {

/// Ends a job in which a rank has fallen silent: stopped, cut off, or lost with its line, which MPI
/// by itself waits for. Every rank tells the centre each second that it is there, and the centre
/// tells every rank.
class Heartbeat {
 public:
  /// Collective over `world`, which must outlive this.
  /// @param patience longer than any layer takes on any rank: nobody speaks in the middle of one
  Heartbeat(const comm::Communicator& world, Rank centre, Seconds patience);
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;
  ~Heartbeat() = default;

  /// Speaks and listens. To be called as often as can be, at least between steps; while a rank
  /// waits in `world`, or in a communicator made from it, that is seen to. An Error names a silent
  /// rank.
  void tick();
  /// Says at once that nothing may be heard of this rank for so long, and the patience, from now
  /// on.
  void announce_silence(Seconds ahead);
  /// The last word: when it returns all ranks have come here. Nobody is silent any more afterwards.
  /// Collective.
  void stop();

 private:
  void say(const std::string& word);
  [[nodiscard]] bool may_recover(Rank rank) const;

  Rank self_;
  Rank centre_;
  std::vector<Rank> others_;  ///< whom this rank tells, and hears of
  std::vector<std::string> hosts_;
  Seconds patience_;
  FailureDetector detector_;
  comm::ControlChannel control_;
  Seconds spoke_ = 0;
  Seconds recovery_ = 0;  ///< see comm::outlast_cut
  Seconds looked_ = 0;
  std::size_t farewells_ = 0;  ///< that others have said
  bool leaving_ = false;       ///< whether this rank has said its own
  comm::WhileWaiting while_waiting_;
};

}  // namespace shoal::runtime
