#include "shoal/plan/fusion.hpp"

#include <algorithm>
#include <optional>
#include <variant>
#include <vector>

#include <fmt/core.h>

namespace shoal::plan {
namespace {

using graph::LayerId;
using split::Layout;

/// What is made of a layer; or, in words, why it is not split in space.
using Made = std::variant<Layout, std::string>;

/// Goes through a stage's layers forwards, for what is cut, and backwards, for what that needs.
class Fuser {
 public:
  Fuser(const Replica& replica, const graph::Graph& graph,
        std::pair<std::size_t, std::size_t> bounds)
      : replica_(replica),
        graph_(graph),
        bounds_(bounds),
        spatial_(*split::find_scheme("spatial")),
        consumers_(graph.consumers()),
        cuts_(graph.size()),
        grown_(graph.size(), false),
        made_(graph.size()) {}

  Fusion fuse() && {
    for (std::size_t i = bounds_.first; i < bounds_.second; ++i) {
      cuts_[i] = cut({i});
      grown_[i] = is_fused({i}) || (is_follower({i}) && !cuts_[i] && reads_grown({i}));
    }
    for (std::size_t i = bounds_.second; i-- > bounds_.first;) made_[i] = make({i});
    Fusion fusion;
    for (std::size_t i = bounds_.first; i < bounds_.second; ++i) {
      const bool takes_part = is_fused({i}) || (is_follower({i}) && reads_grown({i}));
      if (!takes_part) continue;
      if (const auto* layout = std::get_if<Layout>(&made_[i])) {
        fusion.layouts.emplace(LayerId{i}, *layout);
      } else if (is_fused({i})) {
        fusion.refused.emplace(LayerId{i}, std::get<std::string>(made_[i]));
      }
    }
    return fusion;
  }

 private:
  [[nodiscard]] const std::string& name(LayerId layer) const { return graph_[layer].name; }
  [[nodiscard]] bool is_inside(LayerId layer) const {
    return layer.value >= bounds_.first && layer.value < bounds_.second;
  }
  [[nodiscard]] const Placement* placement(LayerId layer) const {
    const auto found = replica_.layers.find(name(layer));
    return found == replica_.layers.end() ? nullptr : &found->second;
  }
  [[nodiscard]] bool is_fused(LayerId layer) const {
    const Placement* placed = placement(layer);
    return placed != nullptr && placed->options.fused;
  }
  [[nodiscard]] bool is_follower(LayerId layer) const {
    return placement(layer) == nullptr && follows(graph_[layer]);
  }
  [[nodiscard]] bool reads_grown(LayerId layer) const {
    const std::vector<LayerId>& inputs = graph_[layer].inputs;
    return std::any_of(inputs.begin(), inputs.end(),
                       [&](LayerId input) { return grown_[input.value]; });
  }

  /// The boxes of a layer that is cut in space, or that follows one that is.
  [[nodiscard]] std::optional<Layout> cut(LayerId layer) const {
    if (const Placement* placed = placement(layer)) {
      if (placed->scheme != &spatial_ || placed->options.fused) return std::nullopt;
      return Layout::sharded(placed->ranks,
                             spatial_.divide(graph_, layer, placed->options).outputs);
    }
    if (!follows(graph_[layer]) || !spatial_.applies(graph_, layer)) return std::nullopt;
    for (const LayerId input : graph_[layer].inputs) {
      if (!cuts_[input.value]) continue;
      auto division = split::follow(graph_, layer, *cuts_[input.value]);
      if (division && !division->partial) {
        return Layout::sharded(cuts_[input.value]->ranks, std::move(division->outputs));
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] Made make(LayerId layer) const {
    if (cuts_[layer.value]) return *cuts_[layer.value];
    const Placement* placed = placement(layer);
    if (placed != nullptr && placed->options.fused) return make_fused(layer, *placed);
    if (placed != nullptr && placed->ranks.size() > 1) {
      return fmt::format("{} comes after it and is split by {}", name(layer), placed->scheme->name);
    }
    if (placed != nullptr || !follows(graph_[layer])) {
      const Rank rank = placed != nullptr ? placed->ranks.front() : replica_.ranks.front();
      return fmt::format("{} comes after it and runs whole on rank {}", name(layer), rank.value);
    }
    if (!spatial_.applies(graph_, layer)) {
      return fmt::format("{} comes after it and cannot be split in space ({})", name(layer),
                         graph_.kind(layer));
    }
    return hull_of_readers(layer);
  }

  [[nodiscard]] Made make_fused(LayerId layer, const Placement& placed) const {
    Made made = hull_of_readers(layer);
    const auto* layout = std::get_if<Layout>(&made);
    if (layout != nullptr && layout->ranks != placed.ranks) {
      return fmt::format("{} comes after it and is split over ranks {}, not {}",
                         name(consumers_[layer.value].front()), split::to_string(layout->ranks),
                         split::to_string(placed.ranks));
    }
    return made;
  }

  [[nodiscard]] Made hull_of_readers(LayerId layer) const {
    const std::vector<LayerId>& readers = consumers_[layer.value];
    if (readers.empty()) return fmt::format("{} is the network's last layer", name(layer));
    Layout hulls;
    for (const LayerId reader : readers) {
      if (!is_inside(reader)) {
        return fmt::format("{} comes after it, in another stage", name(reader));
      }
      const auto* layout = std::get_if<Layout>(&made_[reader.value]);
      if (layout == nullptr) return made_[reader.value];
      if (hulls.ranks.empty()) {
        hulls = Layout::sharded(layout->ranks, std::vector<Box>(layout->ranks.size()));
      }
      if (hulls.ranks != layout->ranks) {
        return fmt::format("{} and {} come after it, split over ranks {} and {}",
                           name(readers.front()), name(reader), split::to_string(hulls.ranks),
                           split::to_string(layout->ranks));
      }
      for (std::size_t i = 0; i < hulls.boxes.size(); ++i) {
        hulls.boxes[i] = hull(
            hulls.boxes[i],
            graph::input_box(graph_.footprint(reader), layout->boxes[i], graph_[layer].output));
      }
    }
    return hulls;
  }

  const Replica& replica_;
  const graph::Graph& graph_;
  std::pair<std::size_t, std::size_t> bounds_;
  const split::Scheme& spatial_;
  std::vector<std::vector<LayerId>> consumers_;
  std::vector<std::optional<Layout>> cuts_;  ///< by layer
  std::vector<bool> grown_;                  ///< by layer: made in what its readers need
  std::vector<Made> made_;                   ///< by layer
};

}  // namespace

Fusion fuse(const Replica& replica, const graph::Graph& lowered,
            std::pair<std::size_t, std::size_t> bounds) {
  const bool any = std::any_of(replica.layers.begin(), replica.layers.end(),
                               [](const auto& layer) { return layer.second.options.fused; });
  return any ? Fuser(replica, lowered, bounds).fuse() : Fusion{};
}

bool fuse_where_possible(Replica& replica, const std::set<std::string>& layers,
                         const graph::Graph& lowered, std::pair<std::size_t, std::size_t> bounds) {
  for (const std::string& layer : layers) replica.layers.at(layer).options.fused = true;
  std::size_t fused = layers.size();
  // A layer that is cut after all may let those before it be fused: the last one goes first.
  while (true) {
    const auto refused = fuse(replica, lowered, bounds).refused;
    const auto last = std::find_if(refused.rbegin(), refused.rend(), [&](const auto& layer) {
      return layers.contains(lowered[layer.first].name);
    });
    if (last == refused.rend()) return fused > 0;
    replica.layers.at(lowered[last->first].name).options.fused = false;
    --fused;
  }
}

}  // namespace shoal::plan
