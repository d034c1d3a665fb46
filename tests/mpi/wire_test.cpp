#include "shoal/split/wire.hpp"

#include <cstring>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "shoal/comm/exchange.hpp"
#include "shoal/comm/point_to_point.hpp"
#include "shoal/split/partition.hpp"
#include "shoal/tensor/tensor.hpp"

#include "support/random.hpp"

namespace shoal {
namespace {

using split::Layout;
using split::Redistribution;
using split::WireType;

/// On every rank the same tensors, layouts and wires: those of the job's rank are taken.
class Wire : public ::testing::Test {
 protected:
  comm::Communicator world_ = comm::Communicator::world();
  Rank rank_ = world_.rank();
  testing::Random random_{41};

  std::vector<Rank> random_ranks() {
    std::vector<Rank> ranks;
    for (int rank = 0; rank < world_.size(); ++rank) {
      if (random_.chance(70)) ranks.push_back({rank});
    }
    if (ranks.empty()) ranks.push_back({world_.size() - 1});
    return ranks;
  }

  /// In one place, everywhere, or in shards of which some overlap and some are empty.
  Layout random_layout(const Shape& shape) {
    const std::vector<Rank> ranks = random_ranks();
    if (random_.chance(20)) return Layout::rooted(ranks.front(), shape);
    if (random_.chance(30)) return Layout::replicated(ranks, shape);
    const Axis axis = random_.pick(std::vector<Axis>{Axis::height, Axis::width, Axis::channel});
    const bool overlap = random_.chance(40);
    Layout layout = Layout::sharded(ranks, {});
    for (Range range : split::partition(shape[axis], random_.shares(ranks.size()))) {
      if (overlap && !range.empty()) {
        range.begin = std::max<Index>(0, range.begin - random_.between(0, 2));
      }
      layout.boxes.push_back(Box::whole(shape).with(axis, range));
    }
    return layout;
  }

  [[nodiscard]] Box held(const Redistribution& moved) const {
    return moved.source.box_of(rank_).value_or(Box{});
  }
  [[nodiscard]] Box wanted(const Redistribution& moved) const {
    return moved.target.box_of(rank_).value_or(Box{});
  }

  /// Puts a box of the tensor into this rank's part of the target, rounded by itself.
  static void put(const Tensor& whole, const Box& box, const Box& wanted, WireType wire,
                  Tensor& part) {
    Tensor rounded(box.shape());
    split::round(wire, whole.view().part(box), rounded.view());
    const Box both = intersect(box, wanted);
    if (both.empty()) return;
    copy(rounded.view().part(both.relative_to(box)), part.view().part(both.relative_to(wanted)));
  }

  /// What this rank must hold in the end: what moves is rounded in the boxes in which it moves,
  /// also where it came from; the rest stays as it is.
  [[nodiscard]] Tensor expected(const Redistribution& moved, const Tensor& whole) const {
    const Box part = wanted(moved);
    Tensor right(part.shape());
    if (part.empty()) return right;
    put(whole, part, part, WireType::float32, right);
    if (moved.pattern == split::Pattern::broadcast) put(whole, part, part, moved.wire, right);
    if (moved.pattern == split::Pattern::allgather) {
      for (const Box& box : moved.source.boxes) put(whole, box, part, moved.wire, right);
    }
    for (const split::Move& move : moved.moves) {
      if (move.from == rank_) put(whole, move.box, part, moved.wire, right);
    }
    for (const split::Move& move : moved.moves) {
      if (move.to == rank_) put(whole, move.box, part, moved.wire, right);
    }
    return right;
  }

  struct Given {
    ConstView source;
    View target;
  };
  [[nodiscard]] Given given(const Redistribution& moved, const Tensor& whole,
                            Tensor& arrived) const {
    const Box from = held(moved);
    return {from.empty() ? ConstView(nullptr, from.shape()) : whole.view().part(from),
            wanted(moved).empty() ? View(nullptr, Box{}.shape()) : arrived.view()};
  }

  void expect_right(const Redistribution& moved, const Tensor& whole, const Tensor& arrived,
                    const comm::Traffic& traffic, int number) {
    const Tensor right = expected(moved, whole);
    const bool same =
        wanted(moved).empty() ||
        std::memcmp(right.span().data(), arrived.span().data(), right.span().size_bytes()) == 0;
    EXPECT_TRUE(same);
    const auto ranks = moved.participants();
    const bool takes_part = std::find(ranks.begin(), ranks.end(), rank_) != ranks.end();
    EXPECT_EQ(traffic.sent, takes_part ? moved.bytes_sent(rank_) : 0);
    EXPECT_EQ(traffic.received, takes_part ? moved.bytes_received(rank_) : 0);
    const std::string failure = ::testing::Test::HasFailure() ? "failed" : "";
    const bool failed = !comm::agree(world_, failure).error.empty();
    ASSERT_FALSE(failed) << "case " << number << ": " << split::name(moved.pattern) << " as "
                         << split::name(moved.wire) << ", "
                         << to_string(moved.source, whole.shape()) << " to "
                         << to_string(moved.target, whole.shape()) << " of "
                         << to_string(whole.shape());
  }

  Shape random_shape() {
    return Shape::image(random_.between(1, 14), random_.between(1, 9), random_.between(1, 80));
  }
};

TEST_F(Wire, AnExchangeRoundsWhatItMoves) {
  std::set<split::Pattern> patterns;
  for (int i = 0; i < 400; ++i) {
    const Tensor whole = random_.tensor(random_shape());
    const Layout source = random_layout(whole.shape());
    const Layout target = random_layout(whole.shape());
    for (const WireType wire : split::wire_types) {
      const Redistribution moved = split::redistribute(whole.shape(), source, target, wire);
      patterns.insert(moved.pattern);
      Tensor arrived(wanted(moved).shape());
      const Given views = given(moved, whole, arrived);
      comm::Exchange exchange(world_, {moved.participants()});
      const auto ranks = moved.participants();
      if (std::find(ranks.begin(), ranks.end(), rank_) != ranks.end()) {
        exchange.carry_out(moved, views.source, views.target);
      }
      expect_right(moved, whole, arrived, exchange.traffic(), i);
      if (HasFatalFailure()) return;
    }
  }
  if (world_.size() >= 4) {
    EXPECT_EQ(patterns.size(), 6U) << "of all but the sums some pattern never occurred";
  }
}

TEST_F(Wire, ACourierRoundsWhatItBrings) {
  for (int i = 0; i < 200; ++i) {
    const Tensor whole = random_.tensor(random_shape());
    const Layout source = random_layout(whole.shape());
    const Layout target = random_layout(whole.shape());
    for (const WireType wire : split::wire_types) {
      const Redistribution moved =
          split::redistribute_by_messages(whole.shape(), source, target, wire);
      Tensor arrived(wanted(moved).shape());
      const Given views = given(moved, whole, arrived);
      comm::PointToPoint point_to_point(world_);
      comm::PointToPoint::PendingReceive arrival = point_to_point.expect(moved, 1, views.target);
      if (!held(moved).empty()) point_to_point.send(moved, 1, views.source, views.target);
      while (!arrival.is_there()) {
        point_to_point.progress();
        std::this_thread::yield();
      }
      point_to_point.flush();
      expect_right(moved, whole, arrived, point_to_point.traffic(), i);
      if (HasFatalFailure()) return;
    }
  }
}

/// Otherwise it would depend on who is asked what a later layer computes with.
TEST_F(Wire, AllThatGetEverythingHaveTheSameNumbers) {
  const Shape shape = Shape::image(11, 7, 13);
  const Tensor whole = random_.tensor(shape);
  std::vector<Rank> all;
  for (int rank = 0; rank < world_.size(); ++rank) all.push_back({rank});
  const Layout everywhere = Layout::replicated(all, shape);
  const std::vector<double> shares = random_.shares(all.size());
  for (const WireType wire : split::wire_types) {
    for (const Layout& source :
         {Layout::rooted(all.back(), shape), split::outermost_shards(all, shape, shares)}) {
      for (const Redistribution& moved :
           {split::redistribute(shape, source, everywhere, wire),
            split::redistribute_by_messages(shape, source, everywhere, wire)}) {
        Tensor arrived(shape);
        const Given views = given(moved, whole, arrived);
        comm::Exchange(world_, {moved.participants()}).carry_out(moved, views.source, views.target);
        const std::string numbers(reinterpret_cast<const char*>(arrived.span().data()),
                                  arrived.span().size_bytes());
        for (const std::string& others : world_.gather_all(numbers)) EXPECT_EQ(others, numbers);
      }
    }
  }
}

}  // namespace
}  // namespace shoal
