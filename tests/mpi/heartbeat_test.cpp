#include "shoal/runtime/heartbeat.hpp"

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

TEST(Heartbeat, RanksThatWaitInACollectiveAreNotSilent) {
  const comm::Communicator world = comm::Communicator::world();
  for (const Rank centre : {Rank{0}, Rank{world.size() - 1}}) {
    runtime::Heartbeat heartbeat(world, centre, patience);
    if (world.rank() == Rank{0}) {
      // One rank is late by more than the patience, and speaks as it works.
      for (int i = 0; i < 35; ++i) {
        heartbeat.tick();
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
      }
    }
    EXPECT_EQ(text_of([&] { world.barrier(); }), "");
    EXPECT_EQ(text_of([&] { heartbeat.stop(); }), "");
  }
}

}  // namespace
}  // namespace shoal
