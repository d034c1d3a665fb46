#include "shoal/plan/split_text.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>

#include <fmt/core.h>

#include "shoal/base/error.hpp"
#include "shoal/base/text.hpp"
#include "shoal/plan/fusion.hpp"
#include "shoal/plan/limits.hpp"

namespace shoal::plan {
namespace {

/// Of an entry that is refused.
constexpr std::size_t shown_characters = 80;

constexpr std::string_view fused_suffix = "-fused";
constexpr std::string_view descending_suffix = "-descending";

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
    if (count < 1 || count > most_ranks) throw Error("a number of ranks is 1 to {}", most_ranks);
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

/// `4` or, of what is streamed, `4@8`, `4@8-descending` or `4@boundary-first`.
void take_chunks(std::string& amount, Placement& placement) {
  const std::size_t at = amount.find('@');
  if (at == std::string::npos) return;
  std::string text = amount.substr(at + 1);
  amount.erase(at);
  if (text == name(Order::boundary_first)) {
    placement.order = Order::boundary_first;
    return;
  }
  if (text.ends_with(descending_suffix)) {
    placement.order = Order::descending;
    text.resize(text.size() - descending_suffix.size());
  }
  placement.chunks = parse_number<std::size_t>(text, "a number of chunks");
  if (placement.chunks < 1 || placement.chunks > most_chunks) {
    throw Error("a number of chunks is 1 to {}", most_chunks);
  }
}

Placement parse_placement(Entry entry, int ranks) {
  Placement placement;
  take_chunks(entry.amount, placement);
  if (entry.scheme == "rank") {
    const int rank = parse_number<int>(entry.amount, "a rank");
    if (rank < 0 || rank >= ranks) throw Error("rank {} is not one of the {}", rank, ranks);
    placement.scheme = split::find_scheme("replicated");
    placement.ranks = {Rank{rank}};
    placement.options.shares = {1.0};
    return placement;
  }
  const bool fused = entry.scheme.starts_with("spatial-") && entry.scheme.ends_with(fused_suffix);
  const std::string scheme =
      entry.scheme.substr(0, entry.scheme.size() - (fused ? fused_suffix.size() : 0));
  const bool along_axis = scheme.starts_with("spatial-");
  placement.scheme = &scheme_named(along_axis ? "spatial" : scheme);
  placement.options = parse_amount(entry.amount, scheme == "spatial");
  placement.options.fused = fused;
  if (along_axis) {
    const std::string wanted = scheme.substr(8);
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

/// Gives an entry's placement to the layers that it means and that have none yet; their names.
std::set<std::string> place(Replica& replica, const Entry& entry, const Placement& placement,
                            const graph::Graph& graph) {
  std::set<std::string> placed;
  if (!is_class(entry.layer)) {
    const graph::LayerId layer = resolve_layer(graph, entry.layer);
    if (std::holds_alternative<graph::Input>(graph[layer].op)) {
      throw Error("the input is not computed");
    }
    if (!placement.scheme->applies(graph, layer)) {
      throw Error("{} does not fit {} ({})", entry.scheme, entry.layer, graph.kind(layer));
    }
    if (replica.layers.emplace(entry.layer, placement).second) placed.insert(entry.layer);
    return placed;
  }
  std::size_t fits = 0;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const graph::LayerId layer{i};
    if (!in_class(entry.layer, graph, layer) || !placement.scheme->applies(graph, layer)) continue;
    ++fits;
    const std::string& name = graph[layer].name;
    if (replica.layers.emplace(name, placement).second) placed.insert(name);
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

/// What is left to be refused is fused by an entry of its own.
void check_fusion(const Replica& replica, const std::vector<std::string>& parts,
                  const graph::Graph& graph) {
  const auto refused = fuse(replica, graph, {0, graph.size()}).refused;
  if (refused.empty()) return;
  const auto& [layer, why] = *refused.rbegin();
  const std::string begin = graph[layer].name + "=";
  for (const std::string& part : parts) {
    if (!part.starts_with(begin)) continue;
    throw Error("--split: {}: {}; what reads a fused layer is split in space over its ranks", part,
                why);
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
  std::set<std::string> fused_by_class;
  const auto pass = [&](auto&& belongs) {
    for (const std::string& part : parts) {
      try {
        const Entry entry = parse_entry(part);
        if (!belongs(entry.layer)) continue;
        const bool first = named.insert(entry.layer).second;
        const Placement placement = parse_placement(entry, ranks);
        const std::set<std::string> placed = place(replica, entry, placement, lowered);
        if (!first && placed.empty()) throw Error("is given twice");
        if (placement.options.fused && is_class(entry.layer)) {
          fused_by_class.insert(placed.begin(), placed.end());
        }
      } catch (const Error& error) {
        throw error.in("--split: " + printable(part, shown_characters));
      }
    }
  };
  pass([](const std::string& layer) { return !is_class(layer); });
  place_depthwise_halves(replica, lowered);
  pass([](const std::string& layer) { return layer == "conv" || layer == "fc"; });
  pass([](const std::string& layer) { return layer == "all"; });
  fuse_where_possible(replica, fused_by_class, lowered, {0, lowered.size()});
  check_fusion(replica, parts, lowered);
  plan.stages.push_back({"all", "", {std::move(replica)}});
  validate(plan, lowered);
  return plan;
}

}  // namespace shoal::plan
