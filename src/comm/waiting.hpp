#pragma once

#include <span>

#include <mpi.h>

#include "shoal/comm/communicator.hpp"

namespace shoal::comm {

// How a rank waits. On real devices it asks again and again, since MPI gets on only while it is
// asked; on simulated ones, where nobody's time but the simulation's passes, it sleeps until there
// is something to see.

/// Once on each rank, before MPI starts: makes exchanges within a computer quick.
void prepare_waiting();

/// Waits until all of the messages are done, and sees to other things in between (WhileWaiting), so
/// that no rank is ever out of reach of the others.
void wait(std::span<MPI_Request> messages, const Communicator& communicator);

/// Lets time pass until one of the messages, or another that the communicator's family awaits,
/// may be done; perhaps less. `waited` is how long the rank has been waiting already.
void rest(std::span<MPI_Request* const> messages, const Communicator& communicator, Seconds waited);

}  // namespace shoal::comm
