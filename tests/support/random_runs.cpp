#include "support/random_runs.hpp"

#include <set>

#include "shoal/base/error.hpp"
#include "shoal/plan/fusion.hpp"

#include "support/random_plans.hpp"

namespace shoal::testing {
namespace {

using namespace graph;

constexpr Index channels = 3;

/// Windows of up to `kernel` along each axis.
Sliding random_window(Random& random, bool three_dimensions, Index kernel) {
  Sliding sliding;
  const Index stride = random.pick(std::vector<Index>{1, 1, 1, 2, 3});
  const Index dilation = stride == 1 ? random.pick(std::vector<Index>{1, 1, 2}) : 1;
  const auto size = [&] { return random.between(1, kernel); };
  sliding.kernel = {three_dimensions ? size() : 1, size(), size()};
  sliding.stride = {three_dimensions ? std::min<Index>(stride, 2) : 1, stride, stride};
  sliding.dilation = {1, dilation, dilation};
  sliding.padding = random.chance(60) ? Padding::same : Padding::valid;
  return sliding;
}

Conv random_conv(Random& random, bool three_dimensions) {
  Conv conv;
  conv.filters = channels;
  conv.dimensions = three_dimensions ? 3 : 2;
  conv.sliding = random_window(random, three_dimensions, 5);
  return conv;
}

/// That leaves the shape as it is.
Conv random_same_conv(Random& random, bool three_dimensions) {
  Conv conv = random_conv(random, three_dimensions);
  conv.sliding.stride = {};
  conv.sliding.padding = Padding::same;
  return conv;
}

Op random_other(Random& random, bool three_dimensions) {
  switch (random.between(0, 4)) {
    case 0:
      return BatchNorm{};
    case 1:
      return Lrn{{}, 3, 1.0F, 0.5F, 0.75F};
    case 2: {
      ZeroPad pad;
      pad.before = {0, random.between(0, 2), random.between(0, 2)};
      pad.after = {three_dimensions ? 1 : 0, random.between(0, 2), random.between(0, 2)};
      return pad;
    }
    case 3: {
      if (three_dimensions) return Identity{};
      DepthwiseConv depthwise;
      depthwise.sliding = random_window(random, false, 4);
      return depthwise;
    }
    default: {
      Pool pool;
      pool.pool = random.chance(50) ? PoolKind::max : PoolKind::average;
      pool.dimensions = three_dimensions ? 3 : 2;
      pool.sliding = random_window(random, three_dimensions, 3);
      pool.sliding.dilation = {};
      return pool;
    }
  }
}

/// A shortcut around one or two convolutions, with one of its own or none.
LayerId add_block(Random& random, Graph& graph, LayerId at, bool three_dimensions) {
  const std::string name = "block" + std::to_string(graph.size());
  const LayerId shortcut =
      random.chance(30)
          ? graph.add(name + "_shortcut", random_same_conv(random, three_dimensions), {at})
          : at;
  LayerId end =
      graph.add(name + "_a", random_same_conv(random, three_dimensions), {at}, Activation::relu);
  if (random.chance(60)) {
    end = graph.add(name + "_b", random_same_conv(random, three_dimensions), {end});
  }
  const std::vector<LayerId> summands =
      random.chance(50) ? std::vector{shortcut, end} : std::vector{end, shortcut};
  return graph.add(name + "_add", Add{}, summands, Activation::relu);
}

}  // namespace

Graph random_run(Random& random) {
  Graph graph("run");
  const bool three_dimensions = random.chance(30);
  const Index most = three_dimensions ? 10 : 20;
  LayerId at =
      graph.add("input",
                Input(Shape::clip(three_dimensions ? random.between(3, 8) : 1,
                                  random.between(4, most), random.between(4, most), channels)),
                {});
  const Index length = random.between(2, 5);
  for (Index i = 0; i < length; ++i) {
    const std::string name = "layer" + std::to_string(i);
    const Index kind = random.between(0, 9);
    try {
      if (kind < 2) {
        at = add_block(random, graph, at, three_dimensions);
      } else if (kind < 6) {
        at = graph.add(name, random_conv(random, three_dimensions), {at}, Activation::relu);
      } else {
        at = graph.add(name, random_other(random, three_dimensions), {at});
      }
    } catch (const Error&) {
      continue;  // The window does not fit here.
    }
  }
  at = graph.add("end", random_same_conv(random, three_dimensions), {at});
  if (random.chance(30)) graph.add("mean", GlobalPool{{}, PoolKind::average, 2}, {at});
  return graph;
}

plan::Plan random_fused_plan(Random& random, const Graph& graph, int ranks) {
  plan::Plan plan = plan_for(graph, ranks);
  plan.input_rank = {static_cast<int>(random.between(0, ranks - 1))};
  plan.output_rank = {static_cast<int>(random.between(0, ranks - 1))};
  plan::Replica& replica = plan.stages.front().replicas.front();
  const split::Scheme& spatial = *split::find_scheme("spatial");
  const std::vector<Rank> group = random_placement(random, spatial, ranks).ranks;
  std::set<std::string> wanted;
  for (std::size_t i = 1; i < graph.size(); ++i) {
    const bool placed = !plan::follows(graph[{i}]) || random.chance(25);
    if (!placed || !spatial.applies(graph, {i})) continue;
    replica.layers.emplace(
        graph[{i}].name,
        plan::Placement{&spatial, group, random_options(random, spatial, group.size())});
    if (random.chance(85)) wanted.insert(graph[{i}].name);
  }
  plan::fuse_where_possible(replica, wanted, graph, {0, graph.size()});
  return plan;
}

plan::Plan random_boundary_plan(Random& random, const Graph& graph, int ranks) {
  plan::Plan plan = plan_for(graph, ranks);
  plan.input_rank = {static_cast<int>(random.between(0, ranks - 1))};
  plan.output_rank = {static_cast<int>(random.between(0, ranks - 1))};
  plan::Replica& replica = plan.stages.front().replicas.front();
  const split::Scheme& spatial = *split::find_scheme("spatial");
  plan::Placement placement{&spatial, replica.ranks, {}};
  const bool is_clip = graph[{0}].output[Axis::depth] > 1;
  placement.options.axes = {is_clip && random.chance(60) ? Axis::depth : Axis::height};
  placement.options.shares = random.shares(replica.ranks.size());
  std::set<std::string> fused;
  for (std::size_t i = 1; i < graph.size(); ++i) {
    const bool placed = !plan::follows(graph[{i}]) || random.chance(25);
    if (!placed || !spatial.applies(graph, {i})) continue;
    if (random.chance(10)) placement.options.shares = random.shares(replica.ranks.size());
    replica.layers.emplace(graph[{i}].name, placement);
    if (random.chance(15)) fused.insert(graph[{i}].name);
  }
  plan::fuse_where_possible(replica, fused, graph, {0, graph.size()});
  stream_at_random(random, graph, plan);
  return plan;
}

}  // namespace shoal::testing
