#pragma once

#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/program/program.hpp"

namespace shoal::runtime {

/// Times of one rank, by what it did.
struct Times {
  Seconds computing = 0;
  Seconds communicating = 0;
  Seconds waiting = 0;
};

/// Keeps a rank's times. What a rank spends in a transfer within its stage is partly waiting for
/// the others to come to it, and MPI does not tell which part. So of each transfer the shortest
/// time that any participant ever spent in it is communication, and what a rank spent beyond that
/// is waiting.
class Timing {
 public:
  /// @param so_far what earlier plans took
  explicit Timing(const std::vector<program::Program>& lanes, const Times& so_far = {});

  void computed(Seconds seconds) { times_.computing += seconds; }
  void communicated(Seconds seconds) { times_.communicating += seconds; }
  void waited(Seconds seconds) { times_.waiting += seconds; }
  void transferred(std::size_t lane, program::TransferId transfer, Seconds seconds);

  /// Tells the transfers' times apart. Collective.
  void finish(const comm::Communicator& world);
  [[nodiscard]] const Times& times() const { return times_; }

 private:
  struct Spent {
    Seconds sum = 0;
    double count = 0;
  };
  std::vector<std::size_t> first_of_lane_;
  std::vector<Spent> spent_;       ///< by lane and transfer
  std::vector<Seconds> quickest_;  ///< the same; infinite where this rank takes no part
  Times times_;
};

}  // namespace shoal::runtime
