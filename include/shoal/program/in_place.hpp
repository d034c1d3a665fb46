#pragma once

#include <map>

#include "shoal/program/program.hpp"

namespace shoal::program {

/// The tensors that a rank computes right where it holds them after an exchange, as its part of
/// what it then has: by such a tensor, the one that the exchange makes of it. So nothing of a
/// rank's own is copied when only edges, or others' channels, are to come. It is so where nothing
/// but that exchange reads the tensor, and where the exchange rounds nothing.
std::map<TensorId, TensorId> in_place(const Program& program, Rank rank);

}  // namespace shoal::program
