#include "shoal/comm/point_to_point.hpp"

#include <algorithm>
#include <thread>

#include <gtest/gtest.h>

#include "shoal/tensor/tensor.hpp"

namespace shoal::comm {
namespace {

using split::Layout;
using split::Redistribution;

const Shape shape = Shape::image(24, 5, 3);

float value_of(int frame, std::size_t i) {
  return static_cast<float>(1000 * frame) + static_cast<float>(i);
}

Tensor frame_tensor(int frame) {
  Tensor tensor(shape);
  for (std::size_t i = 0; i < tensor.span().size(); ++i) tensor.span()[i] = value_of(frame, i);
  return tensor;
}

/// From rows on every rank to a halo's more on every rank, as between two stages that share ranks:
/// everyone sends, receives and keeps.
Redistribution rows_to_rows_with_halos(int ranks) {
  std::vector<Rank> members;
  std::vector<Box> rows;
  std::vector<Box> more;
  for (int rank = 0; rank < ranks; ++rank) {
    members.push_back({rank});
    const Index begin = 24 * rank / ranks;
    const Index end = 24 * (rank + 1) / ranks;
    rows.push_back(Box::whole(shape).with(Axis::height, {begin, end}));
    more.push_back(Box::whole(shape).with(
        Axis::height, {std::max<Index>(0, begin - 2), std::min<Index>(24, end + 1)}));
  }
  return split::redistribute_by_messages(shape, Layout::sharded(members, rows),
                                         Layout::sharded(members, more));
}

/// This rank's part of the target, with a mark where nothing has arrived.
Tensor empty_target(const Redistribution& redistribution, Rank rank) {
  Tensor tensor(redistribution.target.box_of(rank)->shape());
  std::fill(tensor.span().begin(), tensor.span().end(), -1.0F);
  return tensor;
}

void expect_frame(int frame, const Redistribution& redistribution, Rank rank,
                  const Tensor& arrived) {
  const Tensor whole = frame_tensor(frame);
  Tensor expected(arrived.shape());
  copy(whole.view().part(*redistribution.target.box_of(rank)), expected.view());
  EXPECT_TRUE(std::equal(expected.span().begin(), expected.span().end(), arrived.span().begin()))
      << "frame " << frame;
}

void wait_for(PointToPoint& point_to_point, PointToPoint::PendingReceive& arrival) {
  while (!arrival.is_there()) {
    point_to_point.progress();
    std::this_thread::yield();
  }
}

class PointToPointTest : public ::testing::Test {
 protected:
  void send(int frame) {
    const Tensor whole = frame_tensor(frame);
    Tensor source(redistribution_.source.box_of(rank_)->shape());
    copy(whole.view().part(*redistribution_.source.box_of(rank_)), source.view());
    point_to_point_.send(redistribution_, frame, source.view(), targets_[index(frame)].view());
    // What was given may change at once.
    std::fill(source.span().begin(), source.span().end(), -2.0F);
  }
  void expect(int frame) {
    targets_.push_back(empty_target(redistribution_, rank_));
    arrivals_.push_back(
        point_to_point_.expect(redistribution_, frame, targets_[index(frame)].view()));
  }
  static std::size_t index(int frame) { return static_cast<std::size_t>(frame); }

  Communicator world_ = Communicator::world();
  Rank rank_ = world_.rank();
  PointToPoint point_to_point_{world_};
  Redistribution redistribution_ = rows_to_rows_with_halos(world_.size());
  std::vector<Tensor> targets_;
  std::vector<PointToPoint::PendingReceive> arrivals_;
};

/// Frames are told apart by their tags, in whatever order they are sent.
TEST_F(PointToPointTest, BringsEachFrameToItsPlace) {
  constexpr int frames = 6;
  for (int frame = 0; frame < frames; ++frame) expect(frame);
  for (int frame = frames; frame-- > 0;) send(frame);
  for (int frame = 0; frame < frames; ++frame) {
    wait_for(point_to_point_, arrivals_[index(frame)]);
    expect_frame(frame, redistribution_, rank_, targets_[index(frame)]);
    EXPECT_TRUE(arrivals_[index(frame)].is_there()) << "once there it stays";
  }
  point_to_point_.flush();
}

TEST_F(PointToPointTest, NothingIsThereBeforeItIsSent) {
  expect(0);
  world_.barrier();
  bool waits = false;
  for (const split::Move& move : redistribution_.moves) waits = waits || move.to == rank_;
  EXPECT_NE(arrivals_[0].is_there(), waits);
  world_.barrier();
  send(0);
  wait_for(point_to_point_, arrivals_[0]);
  expect_frame(0, redistribution_, rank_, targets_[0]);
  point_to_point_.flush();
}

TEST_F(PointToPointTest, CountsWhatIsSentAndExpected) {
  expect(0);
  send(0);
  wait_for(point_to_point_, arrivals_[0]);
  EXPECT_EQ(point_to_point_.traffic().sent, redistribution_.bytes_sent(rank_));
  EXPECT_EQ(point_to_point_.traffic().received, redistribution_.bytes_received(rank_));
  point_to_point_.flush();
}

TEST_F(PointToPointTest, HasTagsForManyFrames) {
  EXPECT_GE(point_to_point_.number_of_tags(), 32767);
}

/// From one rank to another that is in both groups, or in neither.
TEST_F(PointToPointTest, LeavesOutWhoHasNoPart) {
  const Rank last{world_.size() - 1};
  redistribution_ = split::redistribute_by_messages(shape, Layout::rooted({0}, shape),
                                                    Layout::rooted(last, shape));
  const bool gives = rank_ == Rank{0};
  const bool gets = rank_ == last;
  const Tensor whole = frame_tensor(1);
  Tensor arrived(shape);
  const View target = gets ? arrived.view() : View(nullptr, Box{}.shape());
  PointToPoint::PendingReceive arrival = point_to_point_.expect(redistribution_, 1, target);
  if (gives) point_to_point_.send(redistribution_, 1, whole.view(), target);
  if (!gets) {
    EXPECT_TRUE(arrival.is_there());
  }
  wait_for(point_to_point_, arrival);
  if (gets) expect_frame(1, redistribution_, rank_, arrived);
  point_to_point_.flush();
  world_.barrier();
}

}  // namespace
}  // namespace shoal::comm
