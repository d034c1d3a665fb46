#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <mpi.h>

#include "shoal/comm/communicator.hpp"

namespace shoal::comm {

/// A message that is expected, from whoever sends one.
struct Expected {
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Status status{};  ///< of the message, once the request is done
};

/// State that communicators share which were made from each other.
struct Family {
  std::function<void()> idle;        ///< see WhileWaiting
  std::vector<Expected*> awaited{};  ///< whoever waits is disturbed when one of them comes
};

/// Frees the communicator when it goes, unless waiting in it was given up: MPI is still at work in
/// it then.
struct Communicator::Handle {
  explicit Handle(MPI_Comm communicator,
                  std::shared_ptr<Family> relatives = std::make_shared<Family>())
      : mpi(communicator), family(std::move(relatives)) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (!waiting) MPI_Comm_free(&mpi);
  }

  MPI_Comm mpi;
  mutable bool waiting = false;
  /// Number of times that a message is looked for before the core is left to others.
  static constexpr int most_looks = 200;
  mutable int eager_looks = most_looks;
  std::shared_ptr<Family> family;
};

}  // namespace shoal::comm
