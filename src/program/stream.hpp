#pragma once

#include "shoal/plan/plan.hpp"
#include "shoal/program/program.hpp"

namespace shoal::program {

/// Makes the layers that the plan streams (plan::Placement::chunks) chunk by chunk, and so those
/// that follow them. A member cuts its box along the outermost axis that has more than one element,
/// so that a chunk is one run of memory. What is moved of such a layer, or to one, is sent by
/// messages as soon as the chunk that it is of has been made, and received before the chunk that
/// reads it; whatever comes between is hidden behind computing. To be called before releases are
/// added.
///
/// In which order, plan::Order says.
///
/// A 3x3 layer of 112 rows over two ranks in two chunks each: rank 0 makes rows 0 to 27 when it has
/// rows 0 to 28, and sends them off before it makes rows 28 to 55.
void stream(Program& program, const plan::Plan& lane);

}  // namespace shoal::program
