#include "shoal/runtime/pulse.hpp"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "shoal/base/error.hpp"
#include "shoal/comm/communicator.hpp"

namespace shoal {
namespace {

constexpr Seconds patience = 2;

std::string text_of(const std::function<void()>& step) {
  try {
    step();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Pulse, RanksThatWaitInACollectiveAreNotSilent) {
  const comm::Communicator world = comm::Communicator::world();
  for (const Rank centre : {Rank{0}, Rank{world.size() - 1}}) {
    runtime::Pulse pulse(world, centre, patience);
    if (world.rank() == Rank{0}) {
      // One rank is late by more than the patience, and speaks as it works.
      for (int i = 0; i < 35; ++i) {
        pulse.beat();
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
      }
    }
    EXPECT_EQ(text_of([&] { world.barrier(); }), "");
    EXPECT_EQ(text_of([&] { pulse.stop(); }), "");
  }
}

/// Rank 1 stands still. Whoever watches it says so, out of the collective in which it waits.
TEST(Pulse, ASilentRankIsNamedByWhoWaitsForIt) {
  const comm::Communicator world = comm::Communicator::world();
  if (world.size() < 2) return;
  for (const Rank centre : {Rank{0}, Rank{1}}) {
    const comm::Communicator aside = comm::Communicator::world();
    runtime::Pulse pulse(aside, centre, patience);
    const bool watches = world.rank() == centre || centre == Rank{1};
    if (world.rank() == Rank{1}) {
      std::this_thread::sleep_for(std::chrono::seconds(8));
    } else if (watches) {
      EXPECT_NE(text_of([&] { aside.barrier(); }).find("nothing came from rank 1 on "),
                std::string::npos);
    }
    world.barrier();
    // Those that did not give it up end what the others began.
    if (world.rank() == Rank{1} || !watches) aside.barrier();
  }
}

}  // namespace
}  // namespace shoal
