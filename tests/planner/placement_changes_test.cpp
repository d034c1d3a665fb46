#include "planner/placement_changes.hpp"

#include <gtest/gtest.h>

#include "shoal/split/scheme.hpp"

namespace shoal::planner {
namespace {

using Shares = std::vector<double>;

plan::Placement placed(Shares shares) {
  plan::Placement result;
  result.scheme = split::find_scheme("spatial");
  for (std::size_t i = 0; i < shares.size(); ++i) result.ranks.push_back({static_cast<int>(2 * i)});
  result.options.shares = std::move(shares);
  return result;
}

TEST(MoveShare, MovesAPartOfAllOrWhatThereIs) {
  plan::Placement one = placed({1, 1, 2});
  EXPECT_TRUE(move_share(one, {4}, {0}, 0.1));
  EXPECT_EQ(one.options.shares, (Shares{1.4, 1, 1.6}));
  EXPECT_TRUE(move_share(one, {2}, {0}, 0.5));
  EXPECT_EQ(one.options.shares, (Shares{2.4, 0, 1.6}));
  EXPECT_FALSE(move_share(one, {2}, {0}, 0.5)) << "there is nothing left";
  EXPECT_FALSE(move_share(one, {1}, {0}, 0.5)) << "no rank of the layer";
}

TEST(MoveShare, LeavesCutsAlongTwoAxes) {
  plan::Placement one = placed({1, 1, 1, 1});
  one.options.axes = {Axis::height, Axis::width};
  EXPECT_FALSE(move_share(one, {0}, {2}, 0.1));
  EXPECT_FALSE(give_nothing(one, {0}));
}

TEST(GiveNothing, LeavesNoneButNotTheOnlyOne) {
  plan::Placement one = placed({1, 3});
  EXPECT_TRUE(give_nothing(one, {0}));
  EXPECT_EQ(one.options.shares, (Shares{0, 3}));
  EXPECT_FALSE(give_nothing(one, {0}));
  EXPECT_FALSE(give_nothing(one, {2})) << "nobody would compute it";
}

TEST(AreCutAlike, LooksAtRanksSchemeAndSharesButNotAtChunks) {
  plan::Placement other = placed({1, 3});
  other.chunks = 4;
  EXPECT_TRUE(are_cut_alike(placed({1, 3}), other));
  EXPECT_FALSE(are_cut_alike(placed({1, 3}), placed({3, 1})));
}

}  // namespace
}  // namespace shoal::planner
