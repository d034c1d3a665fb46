#pragma once

#include "shoal/program/program.hpp"

namespace shoal::program {

/// Proves of a program, before any rank starts, or throws std::logic_error that names the step:
/// - every element of a buffer is made, or has arrived, before it is read, and none twice; after a
///   release the buffer is not there; boxes lie inside the buffers; each rank ends with nothing
///   held;
/// - every transfer has all its participants, and all ranks come to the end of a frame: none waits
///   for another that waits for it;
/// - every element of a transfer's target is received or kept exactly once, from who has it;
///   summands travel unrounded;
/// - every step makes all of its buffer, from all that its operator reads for it;
/// - every element of a layer's output is made exactly once by a sharded layer, once by each member
///   of a replicated one, and the summands of a partial one sum over everything exactly once.
///   Only what is never moved, and of which each member makes just what its own steps read, may
///   overlap, and lack what no layer reads: that is a fused layer (plan/fusion.hpp);
/// - every Compute reads the outputs of the layers before its own, and no summands; sums get their
///   bias and activation once, before anyone reads them; the frame comes in and the answer goes out
///   once.
///
/// It reads the steps, never the compiler's own notes.
void check(const Program& program);

}  // namespace shoal::program
