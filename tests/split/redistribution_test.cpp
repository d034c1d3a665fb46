#include "shoal/split/redistribution.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include <gtest/gtest.h>

#include "shoal/split/partition.hpp"
#include "shoal/split/scheme.hpp"

#include "split/graphs.hpp"
#include "support/random.hpp"

namespace shoal::split {
namespace {

const Shape shape = Shape::image(12, 4, 2);
constexpr Bytes row = sizeof(float) * 4 * 2;
constexpr Bytes all = 12 * row;
const std::vector<Rank> three = {{0}, {1}, {2}};

Layout rows(std::vector<Rank> ranks, const std::vector<Range>& ranges) {
  Layout layout = Layout::sharded(std::move(ranks), {});
  for (const Range range : ranges) {
    layout.boxes.push_back(Box::whole(shape).with(Axis::height, range));
  }
  return layout;
}

Layout columns(std::vector<Rank> ranks, const std::vector<Range>& ranges) {
  Layout layout = Layout::sharded(std::move(ranks), {});
  for (const Range range : ranges) {
    layout.boxes.push_back(Box::whole(shape).with(Axis::width, range));
  }
  return layout;
}

/// Six, four and two rows.
Layout unequal_rows() {
  return rows(three, {{0, 6}, {6, 10}, {10, 12}});
}

using PerRank = std::vector<Bytes>;

void expect_exchange(const Layout& source, const Layout& target, Pattern pattern,
                     const PerRank& sent, const PerRank& received) {
  const Redistribution exchange = redistribute(shape, source, target);
  EXPECT_EQ(name(exchange.pattern), name(pattern));
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const Rank rank{static_cast<int>(i)};
    const bool takes_part = std::ranges::count(exchange.participants(), rank) > 0;
    EXPECT_EQ(takes_part ? exchange.bytes_sent(rank) : 0, sent[i]) << name(pattern) << " " << i;
    EXPECT_EQ(takes_part ? exchange.bytes_received(rank) : 0, received[i])
        << name(pattern) << " " << i;
  }
}

TEST(Redistribution, BroadcastIsAChainFromTheRoot) {
  expect_exchange(Layout::rooted({0}, shape), Layout::replicated(three, shape), Pattern::broadcast,
                  {all, all, 0}, {0, all, all});
  expect_exchange(Layout::rooted({2}, shape), Layout::replicated(three, shape), Pattern::broadcast,
                  {all, 0, all}, {all, all, 0});
}

TEST(Redistribution, AllgatherPassesShardsAroundARing) {
  // Each sends all but the shard of the one that it sends to, and receives all but its own.
  expect_exchange(unequal_rows(), Layout::replicated(three, shape), Pattern::allgather,
                  {8 * row, 10 * row, 6 * row}, {6 * row, 8 * row, 10 * row});
}

TEST(Redistribution, AllreduceMovesTwiceAllButAShare) {
  const Bytes each = 2 * all * 2 / 3;
  expect_exchange(Layout::summands(three, shape), Layout::replicated(three, shape),
                  Pattern::allreduce, {each, each, each}, {each, each, each});
}

TEST(Redistribution, ReduceScatterPassesSumsAroundARing) {
  // Each sends all but its own shard, and receives all but the one that the sender keeps.
  expect_exchange(Layout::summands(three, shape), unequal_rows(), Pattern::reduce_scatter,
                  {6 * row, 8 * row, 10 * row}, {10 * row, 6 * row, 8 * row});
}

TEST(Redistribution, ReduceIsAChainToTheRoot) {
  expect_exchange(Layout::summands(three, shape), Layout::rooted({1}, shape), Pattern::reduce,
                  {all, 0, all}, {all, all, 0});
  EXPECT_EQ(redistribute(shape, Layout::summands(three, shape), Layout::rooted({1}, shape)).root(),
            Rank{1});
}

TEST(Redistribution, GatherMovesTheOthersShards) {
  expect_exchange(unequal_rows(), Layout::rooted({1}, shape), Pattern::gather,
                  {6 * row, 0, 2 * row}, {0, 8 * row, 0});
}

TEST(Redistribution, ScatterMovesWhatTheRootDoesNotKeep) {
  expect_exchange(Layout::rooted({1}, shape), unequal_rows(), Pattern::scatter, {0, 8 * row, 0},
                  {6 * row, 0, 2 * row});
}

TEST(Redistribution, HaloMovesOnlyTheEdges) {
  const Layout wanted = rows(three, {{0, 7}, {5, 11}, {9, 12}});
  expect_exchange(unequal_rows(), wanted, Pattern::halo, {row, 2 * row, row}, {row, 2 * row, row});
  // Row 6 is the second's and wanted by the first, and so on: four messages and no more.
  EXPECT_EQ(redistribute(shape, unequal_rows(), wanted).moves.size(), 4U);
}

TEST(Redistribution, AllToAllMovesTheIntersections) {
  const std::vector<Rank> two = {{0}, {1}};
  expect_exchange(rows(two, {{0, 9}, {9, 12}}), columns(two, {{0, 1}, {1, 4}}), Pattern::all_to_all,
                  {9 * row * 3 / 4, 3 * row / 4}, {3 * row / 4, 9 * row * 3 / 4});
}

TEST(Redistribution, AnotherGroupIsSentWhatItWants) {
  const Redistribution exchange =
      redistribute(shape, unequal_rows(), rows({{3}, {4}}, {{0, 8}, {8, 12}}));
  EXPECT_FALSE(exchange.is_collective());
  EXPECT_EQ(exchange.participants(), (std::vector<Rank>{{0}, {1}, {2}, {3}, {4}}));
  EXPECT_EQ(exchange.bytes_received({3}), 8 * row);
  EXPECT_EQ(exchange.bytes_sent({1}), 4 * row);
  // A root outside the group that is to have it cannot broadcast within it.
  EXPECT_FALSE(redistribute(shape, Layout::rooted({5}, shape), Layout::replicated(three, shape))
                   .is_collective());
}

Bytes bytes_of(WireType wire, Index rows) {
  return wire_bytes(wire, rows * shape[Axis::width] * shape[Axis::channel]);
}

TEST(Redistribution, CountsBytesAsTheyTravel) {
  const Layout everywhere = Layout::replicated(three, shape);
  for (const WireType wire : wire_types) {
    const auto shards = redistribute(shape, unequal_rows(), everywhere, wire);
    ASSERT_EQ(name(shards.pattern), name(Pattern::allgather));
    EXPECT_EQ(shards.bytes_received({0}), bytes_of(wire, 4) + bytes_of(wire, 2));
    EXPECT_EQ(shards.bytes_sent({0}), bytes_of(wire, 6) + bytes_of(wire, 2));
    const auto whole = redistribute(shape, Layout::rooted({0}, shape), everywhere, wire);
    EXPECT_EQ(whole.bytes_received({2}), bytes_of(wire, 12));
    const auto gathered = redistribute(shape, unequal_rows(), Layout::rooted({0}, shape), wire);
    EXPECT_EQ(gathered.bytes_sent({1}), bytes_of(wire, 4));
    EXPECT_EQ(gathered.bytes_received({0}), bytes_of(wire, 4) + bytes_of(wire, 2));
    EXPECT_EQ(gathered.bytes()[0].received, gathered.bytes_received({0}));
    const auto by_messages = redistribute_by_messages(shape, unequal_rows(), everywhere, wire);
    EXPECT_EQ(by_messages.bytes_received({1}), bytes_of(wire, 6) + bytes_of(wire, 2));
  }
}

TEST(Redistribution, SummandsTravelAsTheyAre) {
  const Layout sums = Layout::summands(three, shape);
  for (const Layout& target :
       {Layout::replicated(three, shape), Layout::rooted({1}, shape), unequal_rows()}) {
    const auto rounded = redistribute(shape, sums, target, WireType::int8);
    const auto plain = redistribute(shape, sums, target);
    EXPECT_EQ(rounded.wire, WireType::float32);
    for (const Rank rank : three) {
      EXPECT_EQ(rounded.bytes_sent(rank), plain.bytes_sent(rank));
      EXPECT_EQ(rounded.bytes_received(rank), plain.bytes_received(rank));
    }
  }
}

TEST(Redistribution, WhoHasAndWantsNothingTakesNoPart) {
  const Layout source = rows(three, {{0, 6}, {6, 12}, {12, 12}});
  const Layout target = rows(three, {{0, 7}, {5, 12}, {12, 12}});
  EXPECT_EQ(redistribute(shape, source, target).participants(), (std::vector<Rank>{{0}, {1}}));
}

/// Who only keeps a part of what it has, is there too: its buffer is another one.
TEST(Redistribution, WhoOnlyKeepsTakesPart) {
  const Redistribution exchange = redistribute(shape, rows(three, {{0, 6}, {6, 10}, {10, 12}}),
                                               rows(three, {{0, 4}, {6, 11}, {10, 12}}));
  EXPECT_EQ(exchange.participants(), three);
  EXPECT_EQ(exchange.moves, (std::vector<Move>{{{2}, {1}, rows({{0}}, {{10, 11}}).boxes[0]}}));
}

TEST(Redistribution, ReplicasShareTheSending) {
  const Redistribution exchange = redistribute(shape, Layout::replicated(three, shape),
                                               rows({{3}, {4}, {5}}, {{0, 4}, {4, 8}, {8, 12}}));
  EXPECT_EQ(exchange.moves.size(), 3U) << "each element comes from one of those who have it";
}

TEST(Redistribution, IsAMistakeWhereNobodyHasIt) {
  EXPECT_THROW(redistribute(shape, rows({{0}, {1}}, {{0, 5}, {6, 12}}),
                            columns(three, {{0, 1}, {1, 2}, {2, 4}})),
               std::logic_error);
  EXPECT_THROW(
      redistribute(shape, Layout::summands(three, shape), rows({{3}, {4}}, {{0, 6}, {6, 12}})),
      std::logic_error)
      << "sums are made within their group";
}

TEST(IsHeld, KnowsWhatNeedsNoTransfer) {
  EXPECT_TRUE(is_held(unequal_rows(), unequal_rows()));
  EXPECT_TRUE(is_held(unequal_rows(), rows(three, {{1, 5}, {6, 10}, {12, 12}})));
  EXPECT_TRUE(is_held(Layout::replicated(three, shape), unequal_rows()));
  EXPECT_FALSE(is_held(unequal_rows(), rows(three, {{0, 7}, {7, 10}, {10, 12}})));
  EXPECT_FALSE(is_held(unequal_rows(), rows({{1}}, {{0, 1}})));
  EXPECT_FALSE(is_held(Layout::summands(three, shape), Layout::replicated(three, shape)));
}

/// Each wanted element arrives or is kept exactly once, from who has it; nothing else moves.
void expect_delivery(const Layout& source, const Layout& target) {
  const Redistribution exchange = redistribute(shape, source, target);
  if (exchange.is_collective()) return;
  Bytes moved = 0;
  Bytes sent = 0;
  for (std::size_t i = 0; i < target.ranks.size(); ++i) {
    Layout pieces;
    const Box kept = intersect(source.box_of(target.ranks[i]).value_or(Box{}), target.boxes[i]);
    pieces.boxes.push_back(kept);
    for (const Move& move : exchange.moves) {
      if (move.to != target.ranks[i]) continue;
      ASSERT_NE(move.from, move.to);
      ASSERT_TRUE(source.box_of(move.from).value_or(Box{}).contains(move.box));
      pieces.boxes.push_back(move.box);
    }
    ASSERT_TRUE(pieces.is_disjoint());
    Bytes got = 0;
    for (const Box& box : pieces.boxes) {
      ASSERT_TRUE(target.boxes[i].contains(box));
      got += box.bytes();
    }
    ASSERT_EQ(got, target.boxes[i].bytes());
    ASSERT_EQ(exchange.bytes_received(target.ranks[i]), got - kept.bytes());
    moved += got - kept.bytes();
  }
  for (const Rank rank : exchange.participants()) sent += exchange.bytes_sent(rank);
  ASSERT_EQ(sent, moved);
}

TEST(Redistribution, DeliversEveryElementOnceBetweenRandomLayouts) {
  testing::Random random(5);
  const auto random_layout = [&] {
    const Axis axis = random.pick(std::vector<Axis>{Axis::height, Axis::width, Axis::channel});
    std::vector<Rank> ranks;
    for (int rank = 0; rank < 6; ++rank) {
      if (random.chance(60)) ranks.push_back({rank});
    }
    if (ranks.empty()) ranks.push_back({1});
    Layout layout = Layout::sharded(ranks, {});
    for (Range range : partition(shape[axis], random.shares(ranks.size()))) {
      if (!range.empty() && random.chance(40)) range.end = std::min(shape[axis], range.end + 1);
      layout.boxes.push_back(Box::whole(shape).with(axis, range));
    }
    return layout;
  };
  for (int i = 0; i < 2000; ++i) {
    const Layout source = random_layout();
    const Layout target = random_layout();
    expect_delivery(source, target);
    ASSERT_FALSE(HasFatalFailure())
        << "case " << i << ": " << to_string(source, shape) << " to " << to_string(target, shape);
  }
}

/// What `second` wants of a tensor that `first` made, over the same four ranks.
Redistribution between(const char* first, const OneLayer& a, const char* second,
                       const OneLayer& b) {
  SplitOptions options;
  options.shares = {1, 2, 1, 1};
  const std::vector<Rank> ranks = {{0}, {1}, {2}, {3}};
  const auto made = find_scheme(first)->divide(a.graph, a.layer, options).outputs;
  const auto wanted = find_scheme(second)->divide(b.graph, b.layer, options).inputs.front();
  return redistribute(a.graph[a.layer].output, Layout::sharded(ranks, made),
                      Layout::sharded(ranks, wanted));
}

Bytes total(const Redistribution& exchange) {
  Bytes bytes = 0;
  for (const Rank rank : exchange.participants()) bytes += exchange.bytes_received(rank);
  return bytes;
}

TEST(Redistribution, OutputThenInputMovesNothing) {
  const OneLayer one = one_layer(Shape::features(20), dense(20));
  EXPECT_EQ(total(between("output", one, "input", one)), 0U);
  EXPECT_GT(total(between("output", one, "output", one)), 0U);
}

TEST(Redistribution, ChannelThenFilterMovesNothing) {
  const OneLayer one = one_layer(Shape::image(8, 8, 20), conv(20, 3));
  EXPECT_EQ(total(between("channel", one, "filter", one)), 0U);
  EXPECT_GT(total(between("channel", one, "channel", one)), 0U);
}

TEST(Redistribution, SpatialThenSpatialMovesOnlyHalos) {
  const OneLayer one = one_layer(Shape::image(20, 8, 3), conv(3, 5));
  const Redistribution exchange = between("spatial", one, "spatial", one);
  EXPECT_EQ(exchange.pattern, Pattern::halo);
  // Three borders, two rows of 8x3 floats over each in either direction.
  EXPECT_EQ(total(exchange), sizeof(float) * 3 * 2 * 2 * 8 * 3);
}

}  // namespace
}  // namespace shoal::split
