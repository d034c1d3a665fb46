#pragma once

namespace shoal::comm {

/// Once, before MPI starts: a program that nobody launched, one rank alone, needs neither the
/// daemon through which ranks find each other nor a look for fast networks.
void prepare_launch();

}  // namespace shoal::comm
