#include "plan/algorithms.hpp"

#include <algorithm>

#include "shoal/base/error.hpp"

namespace shoal::plan {

std::optional<graph::ConvolutionAlgorithm> Replica::algorithm(const std::string& layer,
                                                              Rank rank) const {
  const auto of_layer = algorithms.find(layer);
  if (of_layer == algorithms.end()) return std::nullopt;
  const auto found = of_layer->second.find(rank);
  if (found == of_layer->second.end()) return std::nullopt;
  return found->second;
}

std::map<Rank, graph::ConvolutionAlgorithm> parse_algorithms(const json::Entry& entry) {
  std::map<Rank, graph::ConvolutionAlgorithm> algorithms;
  for (const auto& [name, ranks] : entry.members()) {
    const auto algorithm = graph::find_convolution_algorithm(name);
    if (!algorithm) ranks.refuse("there is direct, winograd2, winograd4 and winograd6");
    for (const json::Entry& rank : ranks.elements()) {
      if (!algorithms.try_emplace({rank.integer()}, *algorithm).second) {
        rank.refuse("the rank has an algorithm already");
      }
    }
  }
  return algorithms;
}

void validate_algorithms(const std::map<Rank, graph::ConvolutionAlgorithm>& algorithms,
                         const Replica& replica, const graph::Layer& layer,
                         const std::string& where) {
  if (!std::holds_alternative<graph::Conv>(layer.op)) {
    throw Error("{}/algorithms: is for convolutions only", where);
  }
  for (const auto& [rank, algorithm] : algorithms) {
    if (std::find(replica.ranks.begin(), replica.ranks.end(), rank) == replica.ranks.end()) {
      throw Error("{}/algorithms/{}: rank {} is not in the stage (ranks {})", where,
                  graph::name(algorithm), rank.value, split::to_string(replica.ranks));
    }
  }
}

}  // namespace shoal::plan
