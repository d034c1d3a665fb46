#pragma once

namespace shoal::comm {

/// Once, before MPI starts: a program that nobody launched, one rank alone, needs neither the
/// daemon through which ranks find each other nor a look for fast networks. Where hosts have IPv4
/// addresses, MPI uses only these.
/// An Error where srun started several tasks without the PMIx that Open MPI needs to join them.
void prepare_launch(bool is_open_mpi);

/// Once MPI has started, with the number of ranks that it found: an Error where that is one and the
/// launcher started several, each of which would compute the whole job.
void expect_joined(int ranks);

}  // namespace shoal::comm
