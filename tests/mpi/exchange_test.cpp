#include "shoal/comm/exchange.hpp"

#include <chrono>
#include <numeric>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "shoal/comm/communicator.hpp"
#include "shoal/comm/while_waiting.hpp"
#include "shoal/tensor/tensor.hpp"

namespace shoal {
namespace {

using split::Layout;

/// More segments than a member has places for while it adds them up, and no multiple of anything.
const Shape large = Shape::image(151, 163, 11);

std::vector<Rank> everyone(const comm::Communicator& world) {
  std::vector<Rank> ranks;
  for (int rank = 0; rank < world.size(); ++rank) ranks.push_back({rank});
  return ranks;
}

/// Whole numbers, so that sums are exact in any order.
float value_of(std::size_t i, int summand) {
  return static_cast<float>(i % 977) + static_cast<float>(1000 * summand);
}

/// Rank r's summand where `partial`, else what every rank has.
Tensor made(int rank, bool partial) {
  Tensor tensor(large);
  for (std::size_t i = 0; i < tensor.span().size(); ++i) {
    tensor.span()[i] = value_of(i, partial ? rank : 0);
  }
  return tensor;
}

float expected(std::size_t i, bool partial, int ranks) {
  if (!partial) return value_of(i, 0);
  float sum = 0;
  for (int rank = 0; rank < ranks; ++rank) sum += value_of(i, rank);
  return sum;
}

/// Moves a large tensor from one layout to the other and compares every element of this rank's box.
void expect_moved(const comm::Communicator& world, const Layout& source, const Layout& target,
                  split::Pattern pattern) {
  const split::Redistribution redistribution = split::redistribute(large, source, target);
  ASSERT_EQ(redistribution.pattern, pattern);
  comm::Exchange exchange(world, {redistribution.participants()});
  const Box held = source.box_of(world.rank()).value_or(Box{});
  const Box wanted = target.box_of(world.rank()).value_or(Box{});
  const Tensor whole = made(world.rank().value, source.partial);
  Tensor arrived(wanted.shape());
  const ConstView given = held.empty() ? ConstView(nullptr, held.shape()) : whole.view().part(held);
  const View taken = wanted.empty() ? View(nullptr, wanted.shape()) : arrived.view();
  exchange.carry_out(redistribution, given, taken);
  Tensor right(large);
  for (std::size_t i = 0; i < right.span().size(); ++i) {
    right.span()[i] = expected(i, source.partial, world.size());
  }
  if (wanted.empty()) return;
  Tensor part(wanted.shape());
  copy(right.view().part(wanted), part.view());
  EXPECT_TRUE(std::equal(part.span().begin(), part.span().end(), arrived.span().begin()))
      << split::name(pattern) << " on rank " << world.rank().value;
}

TEST(Exchange, CollectivesOfManySegmentsFromAndToEveryRoot) {
  const comm::Communicator world = comm::Communicator::world();
  const std::vector<Rank> ranks = everyone(world);
  if (ranks.size() < 2) return;
  for (const Rank root : ranks) {
    expect_moved(world, Layout::rooted(root, large), Layout::replicated(ranks, large),
                 split::Pattern::broadcast);
    expect_moved(world, Layout::summands(ranks, large), Layout::rooted(root, large),
                 split::Pattern::reduce);
  }
  expect_moved(world, Layout::summands(ranks, large), Layout::replicated(ranks, large),
               split::Pattern::allreduce);
}

TEST(Exchange, RingsOfShardsHoweverUnequal) {
  const comm::Communicator world = comm::Communicator::world();
  const std::vector<Rank> ranks = everyone(world);
  if (ranks.size() < 2) return;
  // Of three and more ranks the first one holds nothing.
  std::vector<double> rising(ranks.size());
  std::iota(rising.begin(), rising.end(), ranks.size() > 2 ? 0.0 : 1.0);
  std::vector<double> nearly_all_at_first(ranks.size(), 1.0);
  nearly_all_at_first.front() = 100.0;
  std::vector<double> nearly_all_at_last(ranks.size(), 1.0);
  nearly_all_at_last.back() = 100.0;
  for (const auto& shares : {rising, nearly_all_at_first, nearly_all_at_last}) {
    const Layout shards = split::outermost_shards(ranks, large, shares);
    expect_moved(world, Layout::summands(ranks, large), shards, split::Pattern::reduce_scatter);
    expect_moved(world, shards, Layout::replicated(ranks, large), split::Pattern::allgather);
  }
}

TEST(WhileWaiting, IsCalledOnWhoeverWaitsForALateRank) {
  const comm::Communicator world = comm::Communicator::world();
  const std::vector<Rank> ranks = everyone(world);
  if (ranks.size() < 2) return;
  const comm::Communicator group = world.subgroup(ranks);
  int calls = 0;
  {
    const comm::WhileWaiting watch(world, [&] { ++calls; });
    if (world.rank() == Rank{0}) std::this_thread::sleep_for(std::chrono::milliseconds(30));
    group.barrier();
    if (world.rank() != Rank{0}) {
      EXPECT_GT(calls, 0) << "waiting in a group made from the communicator";
    }
    calls = 0;
    if (world.rank() == Rank{0}) std::this_thread::sleep_for(std::chrono::milliseconds(30));
    expect_moved(world, Layout::rooted({0}, large), Layout::replicated(ranks, large),
                 split::Pattern::broadcast);
    if (world.rank() != Rank{0}) {
      EXPECT_GT(calls, 0) << "waiting in an exchange";
    }
  }
  calls = 0;
  world.barrier();
  EXPECT_EQ(calls, 0) << "called after its end";
}

TEST(WhileWaiting, MayThrowOutOfTheWaiting) {
  const comm::Communicator world = comm::Communicator::world();
  if (world.size() < 2) return;
  const comm::Communicator aside = world.duplicate();
  if (world.rank() == Rank{0}) {
    const comm::WhileWaiting watch(aside, [] { throw std::runtime_error("enough"); });
    EXPECT_THROW(aside.barrier(), std::runtime_error);
  }
  // The barrier that rank 0 began stays open; the others end it.
  if (world.rank() != Rank{0}) aside.barrier();
}

}  // namespace
}  // namespace shoal
