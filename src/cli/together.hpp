#pragma once

#include <functional>

#include "shoal/comm/communicator.hpp"

namespace shoal::cli {

/// Thrown after the error was printed, on the rank that knows it.
struct Failed {
  int code = 1;  ///< this rank's exit code: that of a UsageError where it has one itself
};

/// Does `step` on every rank; where it fails on some, the lowest of them says so and all throw
/// Failed.
void together(const comm::Communicator& world, const std::function<void()>& step);

/// Runs `job` on every rank and gives the exit code. An error that only this rank knows of ends the
/// job for all.
/// @param leave called after an error was printed, with its text, or none where another rank did
int run_together(const comm::Communicator& world, const std::function<int()>& job,
                 const std::function<void(const std::string& error)>& leave = {});

}  // namespace shoal::cli
