#include "planner/estimator.hpp"

#include <algorithm>

namespace shoal::planner {

Estimator::Estimator(const profile::Profile& profile, split::WireType wire)
    : profile_(profile), wire_(wire) {
  std::vector<const profile::Device*> firsts;
  for (const profile::Device& device : profile.devices) {
    const auto alike = std::find_if(firsts.begin(), firsts.end(), [&](const auto* first) {
      return profile::same_kind(*first, device);
    });
    classes_.push_back(static_cast<std::size_t>(alike - firsts.begin()));
    if (alike == firsts.end()) firsts.push_back(&device);
  }
}

Seconds Estimator::computing(Rank rank, const graph::Graph& graph, graph::LayerId layer,
                             const Box& input, const Box& output) {
  const Key key{class_of(rank),  graph[layer].name,           input.volume(),
                output.volume(), input[Axis::channel].size(), output[Axis::channel].size()};
  const auto [place, is_new] = known_.try_emplace(key);
  if (is_new) place->second = device(rank).time(profile::work_of(graph, layer, input, output));
  return place->second;
}

Seconds Estimator::computing(Rank rank, const graph::Graph& graph) {
  Seconds sum = 0;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const Box output = Box::whole(graph[{i}].output);
    const Box input = graph::input_box(graph.footprint({i}), output, graph.input_shape({i}));
    sum += computing(rank, graph, {i}, input, output);
  }
  return sum;
}

Seconds Estimator::finishing(Rank rank, const graph::Graph& graph, graph::LayerId layer,
                             const Box& box) {
  return device(rank).time(profile::finishing_work(graph, layer, box));
}

}  // namespace shoal::planner
