#include "shoal/graph/weight_spec.hpp"

namespace shoal::graph {

Index WeightSpec::volume() const {
  Index product = 1;
  for (const WeightAxis& axis : axes) product *= axis.extent;
  return product;
}

std::vector<Index> WeightSpec::extents() const {
  std::vector<Index> result;
  for (const WeightAxis& axis : axes) result.push_back(axis.extent);
  return result;
}

std::vector<Range> WeightSpec::slice(Range inputs, Range outputs) const {
  std::vector<Range> ranges;
  for (const WeightAxis& axis : axes) {
    const auto of_channels = [&axis](Range channels) {
      if (channels.empty()) return Range{};
      return Range{channels.begin / axis.channels_each,
                   (channels.end + axis.channels_each - 1) / axis.channels_each};
    };
    switch (axis.role) {
      case WeightAxisRole::fixed:
        ranges.push_back({0, axis.extent});
        break;
      case WeightAxisRole::input_channel:
        ranges.push_back(of_channels(inputs));
        break;
      case WeightAxisRole::output_channel:
        ranges.push_back(of_channels(outputs));
        break;
    }
  }
  return ranges;
}

}  // namespace shoal::graph
