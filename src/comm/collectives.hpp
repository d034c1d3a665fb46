#pragma once

#include <span>

#include "shoal/comm/communicator.hpp"
#include "shoal/split/redistribution.hpp"
#include "shoal/tensor/view.hpp"

namespace shoal::comm {

/// The words of scratch memory that collective() needs on `self`.
Index collective_scratch(const split::Redistribution& redistribution, Rank self);

/// Carries a collective redistribution out over `group`, whose members are its participants.
/// A member without a summand contributes zeros.
void collective(const split::Redistribution& redistribution, Rank self, ConstView source,
                View target, std::span<float> scratch, const Communicator& group);

}  // namespace shoal::comm
