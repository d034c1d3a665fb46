#include "shoal/plan/split_text.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>

#include <fmt/core.h>

#include "shoal/base/error.hpp"

namespace shoal::plan {
namespace {

struct Entry {
  std::string layer;
  std::string scheme;
  std::string amount;
};

std::vector<std::string> separate(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

template <typename Number>
Number parse_number(const std::string& text, const char* what) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw Error("'{}' is not {}", text, what);
  }
  return value;
}

Entry parse_entry(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::size_t colon = text.find(':', equals == std::string::npos ? 0 : equals);
  if (equals == std::string::npos || colon == std::string::npos || equals == 0) {
    throw Error("is not LAYER=SCHEME:RANKS, such as fc1=output:4");
  }
  return {text.substr(0, equals), text.substr(equals + 1, colon - equals - 1),
          text.substr(colon + 1)};
}

std::vector<Rank> first_ranks(std::size_t count, int ranks) {
  if (count > static_cast<std::size_t>(ranks)) {
    throw Error("needs {} ranks, there are {}; start more with mpirun -n", count, ranks);
  }
  std::vector<Rank> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back({static_cast<int>(i)});
  return result;
}

/// `4`, `2/1/1` or, for tiles, `3x2`.
split::SplitOptions parse_amount(const std::string& amount, bool tiles) {
  split::SplitOptions options;
  if (tiles && amount.find('x') != std::string::npos) {
    options.axes = {Axis::height, Axis::width};
    Index count = 1;
    for (const std::string& part : separate(amount, 'x')) {
      options.grid.push_back(parse_number<Index>(part, "a number of tiles"));
      if (options.grid.back() < 1 || options.grid.back() > 4096) {
        throw Error("a number of tiles is 1 to 4096");
      }
      count *= options.grid.back();
    }
    if (options.grid.size() != 2) throw Error("tiles are HEIGHTxWIDTH, such as 3x2");
    options.shares.assign(static_cast<std::size_t>(count), 1.0);
  } else if (amount.find('/') != std::string::npos) {
    for (const std::string& part : separate(amount, '/')) {
      const auto share = parse_number<double>(part, "a share");
      if (!(share >= 0) || share > 1e9) throw Error("a share is 0 to 1e9, not {}", part);
      options.shares.push_back(share);
    }
    if (std::all_of(options.shares.begin(), options.shares.end(),
                    [](double share) { return share == 0; })) {
      throw Error("at least one share must be more than 0");
    }
  } else {
    const int count = parse_number<int>(amount, "a number of ranks");
    if (count < 1 || count > 65536) throw Error("a number of ranks is 1 to 65536");
    options.shares.assign(static_cast<std::size_t>(count), 1.0);
  }
  return options;
}

const split::Scheme& scheme_named(const std::string& name) {
  if (const split::Scheme* scheme = split::find_scheme(name)) return *scheme;
  std::string known = "rank";
  for (const split::Scheme& scheme : split::schemes()) known += fmt::format(", {}", scheme.name);
  throw Error("unknown scheme '{}'; there are {}", name, known);
}

Placement parse_placement(const Entry& entry, int ranks) {
  Placement placement;
  if (entry.scheme == "rank") {
    const int rank = parse_number<int>(entry.amount, "a rank");
    if (rank < 0 || rank >= ranks) throw Error("rank {} is not one of the {}", rank, ranks);
    placement.scheme = split::find_scheme("replicated");
    placement.ranks = {Rank{rank}};
    placement.options.shares = {1.0};
    return placement;
  }
  const bool along_axis = entry.scheme.rfind("spatial-", 0) == 0;
  placement.scheme = &scheme_named(along_axis ? "spatial" : entry.scheme);
  placement.options = parse_amount(entry.amount, entry.scheme == "spatial");
  if (along_axis) {
    const std::string wanted = entry.scheme.substr(8);
    const auto axis = std::find_if(spatial_axes.begin(), spatial_axes.end(),
                                   [&](Axis candidate) { return name(candidate) == wanted; });
    if (axis == spatial_axes.end()) throw Error("unknown axis in '{}'", entry.scheme);
    placement.options.axes = {*axis};
  }
  placement.ranks = first_ranks(placement.options.shares.size(), ranks);
  return placement;
}

bool is_class(const std::string& layer) {
  return layer == "conv" || layer == "fc" || layer == "all";
}

bool in_class(const std::string& name, const graph::Graph& graph, graph::LayerId layer) {
  if (graph.weights(layer).empty()) return false;
  const bool dense = std::holds_alternative<graph::Dense>(graph[layer].op);
  return name == "all" || (name == "fc") == dense;
}

/// Gives an entry's placement to the layers that it means and that have none yet; whether there
/// were any.
bool place(Replica& replica, const Entry& entry, const Placement& placement,
           const graph::Graph& graph) {
  if (!is_class(entry.layer)) {
    const graph::LayerId layer = resolve_layer(graph, entry.layer);
    if (std::holds_alternative<graph::Input>(graph[layer].op)) {
      throw Error("the input is not computed");
    }
    if (!placement.scheme->applies(graph, layer)) {
      throw Error("{} does not fit {} ({})", entry.scheme, entry.layer, graph.kind(layer));
    }
    return replica.layers.emplace(entry.layer, placement).second;
  }
  bool placed = false;
  std::size_t fits = 0;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const graph::LayerId layer{i};
    if (!in_class(entry.layer, graph, layer) || !placement.scheme->applies(graph, layer)) continue;
    ++fits;
    placed = replica.layers.emplace(graph[layer].name, placement).second || placed;
  }
  if (fits == 0) throw Error("{} fits no such layer of {}", entry.scheme, graph.name());
  return placed;
}

void place_depthwise_halves(Replica& replica, const graph::Graph& graph) {
  const auto named = replica.layers;
  for (const auto& [name, placement] : named) {
    const auto half = graph.find(name + "/depthwise");
    if (half && placement.scheme->applies(graph, *half)) {
      replica.layers.emplace(name + "/depthwise", placement);
    }
  }
}

}  // namespace

Plan parse_split(const std::string& text, int ranks, const graph::Graph& lowered) {
  Plan plan;
  plan.model = lowered.name();
  plan.ranks = ranks;
  Replica replica;
  replica.ranks = first_ranks(static_cast<std::size_t>(ranks), ranks);

  const std::vector<std::string> parts =
      text.empty() ? std::vector<std::string>{} : separate(text, ',');
  // A layer's own entry goes before that of its class, and `conv` and `fc` before `all`.
  std::set<std::string> named;
  const auto pass = [&](auto&& belongs) {
    for (const std::string& part : parts) {
      try {
        const Entry entry = parse_entry(part);
        if (!belongs(entry.layer)) continue;
        const bool first = named.insert(entry.layer).second;
        const bool placed = place(replica, entry, parse_placement(entry, ranks), lowered);
        if (!first && !placed) throw Error("is given twice");
      } catch (const Error& error) {
        throw error.in("--split: " + part);
      }
    }
  };
  pass([](const std::string& layer) { return !is_class(layer); });
  place_depthwise_halves(replica, lowered);
  pass([](const std::string& layer) { return layer == "conv" || layer == "fc"; });
  pass([](const std::string& layer) { return layer == "all"; });
  plan.stages.push_back({"all", "", {std::move(replica)}});
  validate(plan, lowered);
  return plan;
}

}  // namespace shoal::plan
