#pragma once

#include "shoal/json/entry.hpp"
#include "shoal/plan/plan.hpp"

namespace shoal::plan {

/// The entry of a layer's algorithms: by algorithm, the ranks that are to use it.
std::map<Rank, graph::ConvolutionAlgorithm> parse_algorithms(const json::Entry& entry);

/// An Error unless the layer is a convolution and the ranks are the replica's. @param where the
/// layer's entry
void validate_algorithms(const std::map<Rank, graph::ConvolutionAlgorithm>& algorithms,
                         const Replica& replica, const graph::Layer& layer,
                         const std::string& where);

}  // namespace shoal::plan
