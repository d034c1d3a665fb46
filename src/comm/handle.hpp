#pragma once

#include <functional>
#include <memory>

#include <mpi.h>

#include "shoal/comm/communicator.hpp"

namespace shoal::comm {

/// Frees the communicator when it goes, unless waiting in it was given up: MPI is still at work in
/// it then.
struct Communicator::Handle {
  using Idle = std::function<void()>;

  explicit Handle(MPI_Comm communicator, std::shared_ptr<Idle> shared = std::make_shared<Idle>())
      : mpi(communicator), idle(std::move(shared)) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (!waiting) MPI_Comm_free(&mpi);
  }

  MPI_Comm mpi;
  mutable bool waiting = false;
  /// How often what is waited for is looked for before the core is left to others.
  static constexpr int most_looks = 200;
  mutable int eager_looks = most_looks;
  std::shared_ptr<Idle>
      idle;  ///< shared with the communicators made from this one; see WhileWaiting
};

}  // namespace shoal::comm
