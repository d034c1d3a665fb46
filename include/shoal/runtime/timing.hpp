#pragma once

#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/program/program.hpp"

namespace shoal::runtime {

/// Where one rank's time went.
struct Times {
  Seconds computing = 0;
  Seconds communicating = 0;
  Seconds waiting = 0;
};

/// Keeps a rank's times. What a rank spends in a transfer is partly waiting for the others to come
/// to it, and MPI does not tell which part. The participant that came last did not wait: so of each
/// transfer the shortest time that any participant spent in it is communication, and what a rank
/// spent beyond that is waiting.
class Timing {
 public:
  Timing(const comm::Communicator& world, std::size_t transfers);

  void computed(Seconds seconds) { times_.computing += seconds; }
  void transferred(program::TransferId transfer, Seconds seconds);
  /// Ends a frame. Every so many frames it is collective over the job: all ranks have the same
  /// number of frames.
  void end_frame();
  /// What is not yet told apart; collective.
  void flush();

  [[nodiscard]] const Times& times() const { return times_; }

 private:
  const comm::Communicator& world_;
  std::size_t transfers_;
  std::size_t frames_ = 0;     ///< since the last flush
  std::vector<double> spent_;  ///< by frame and transfer; infinite where this rank took no part
  Times times_;
};

}  // namespace shoal::runtime
