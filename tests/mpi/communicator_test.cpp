#include "shoal/comm/communicator.hpp"

#include <array>
#include <numeric>

#include <gtest/gtest.h>

#include "shoal/comm/environment.hpp"

namespace shoal::comm {
namespace {

/// A text of a length of the rank's own, one of them empty.
std::string text_of(int rank) {
  return std::string(static_cast<std::size_t>(rank) * 1000, static_cast<char>('a' + rank));
}

TEST(Communicator, BroadcastsFromAnyRank) {
  const Communicator world = Communicator::world();
  for (int root = 0; root < world.size(); ++root) {
    const bool is_root = world.rank() == Rank{root};
    const std::int64_t large = (std::int64_t{1} << 40) + root;
    EXPECT_EQ(world.broadcast(is_root ? large : 0, {root}), large);
    EXPECT_EQ(world.broadcast(is_root ? text_of(root) : "another", {root}), text_of(root));
    std::array<float, 3> values{};
    if (is_root) std::iota(values.begin(), values.end(), static_cast<float>(root));
    world.broadcast(values, {root});
    EXPECT_EQ(values[2], static_cast<float>(root) + 2);
  }
}

TEST(Communicator, GathersTextsOfAnyLengthInOrderOfRank) {
  const Communicator world = Communicator::world();
  const auto texts = world.gather_all(text_of(world.rank().value));
  ASSERT_EQ(texts.size(), static_cast<std::size_t>(world.size()));
  for (int rank = 0; rank < world.size(); ++rank) {
    EXPECT_EQ(texts[static_cast<std::size_t>(rank)], text_of(rank));
  }
}

TEST(Communicator, FindsTheLeastElementByElement) {
  const Communicator world = Communicator::world();
  const double rank = world.rank().value;
  const double last = world.size() - 1;
  std::array<double, 3> values = {rank, -rank, 7};
  world.minimum(values);
  EXPECT_EQ(values, (std::array<double, 3>{0, -last, 7}));
}

/// The ranks of odd and even number, each group by itself, with ranks of its own.
TEST(Communicator, MakesSubgroupsThatOnlyTheirMembersCall) {
  const Communicator world = Communicator::world();
  std::vector<Rank> members;
  for (int rank = world.rank().value % 2; rank < world.size(); rank += 2) members.push_back({rank});
  const Communicator group = world.subgroup(members);
  EXPECT_EQ(group.size(), static_cast<int>(members.size()));
  EXPECT_EQ(group.rank(), Rank{world.rank().value / 2});
  const auto texts = group.gather_all(std::to_string(world.rank().value));
  for (std::size_t i = 0; i < members.size(); ++i) {
    EXPECT_EQ(texts[i], std::to_string(members[i].value));
  }
}

TEST(Communicator, HasAllMembersOfThisTestOnOneHost) {
  const Communicator world = Communicator::world();
  EXPECT_EQ(world.on_host().members, world.size());
  EXPECT_EQ(world.on_host().place, world.rank().value);
  EXPECT_FALSE(host_name().empty());
}

TEST(Agree, TellsTheErrorOfTheLowestRankThatHasOne) {
  const Communicator world = Communicator::world();
  EXPECT_EQ(agree(world, "").error, "");
  const int last = world.size() - 1;
  const Verdict verdict =
      agree(world, world.rank().value * 2 >= last ? "full disk on " + text_of(1) : "");
  EXPECT_EQ(verdict.rank, Rank{(last + 1) / 2});
  EXPECT_EQ(verdict.error, "full disk on " + text_of(1));
}

}  // namespace
}  // namespace shoal::comm
