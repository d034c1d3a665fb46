#include "shoal/comm/control_channel.hpp"

#include <map>
#include <thread>

#include <gtest/gtest.h>

namespace shoal::comm {
namespace {

/// Polls until so many messages have come.
std::vector<ControlMessage> receive(ControlChannel& channel, std::size_t count) {
  std::vector<ControlMessage> messages;
  while (messages.size() < count) {
    if (auto message = channel.try_receive()) {
      messages.push_back(std::move(*message));
    } else {
      channel.progress();
      std::this_thread::yield();
    }
  }
  return messages;
}

TEST(ControlChannel, IsEmptyWhereNothingWasPosted) {
  const Communicator world = Communicator::world();
  ControlChannel channel(world);
  world.barrier();
  EXPECT_FALSE(channel.try_receive());
  world.barrier();
}

/// Everyone writes to everyone, itself too, messages of very different lengths, and reads only
/// then: posting waits for nobody.
TEST(ControlChannel, BringsEveryMessageFromEachRankInItsOrder) {
  constexpr std::size_t messages_each = 30;
  const Communicator world = Communicator::world();
  const auto size = static_cast<std::size_t>(world.size());
  ControlChannel channel(world);
  const auto text = [](int from, int to, std::size_t i) {
    return std::to_string(from) + " to " + std::to_string(to) + std::string(i * i * i, '.');
  };
  for (std::size_t i = 0; i < messages_each; ++i) {
    for (int to = 0; to < world.size(); ++to) {
      channel.send({to}, text(world.rank().value, to, i));
    }
  }
  std::map<Rank, std::size_t> seen;
  for (const ControlMessage& message : receive(channel, messages_each * size)) {
    EXPECT_EQ(message.text, text(message.from.value, world.rank().value, seen[message.from]++));
  }
  EXPECT_FALSE(channel.try_receive());
  channel.flush();
  world.barrier();
}

TEST(ControlChannel, TakesAMessageWithoutText) {
  const Communicator world = Communicator::world();
  ControlChannel channel(world);
  channel.send(world.rank(), "");
  const auto messages = receive(channel, 1);
  EXPECT_EQ(messages.front().text, "");
  EXPECT_EQ(messages.front().from, world.rank());
  channel.flush();
}

TEST(ControlChannel, DoesNotMeetTheMessagesOfAnother) {
  const Communicator world = Communicator::world();
  ControlChannel first(world);
  ControlChannel second(world);
  const Rank next{(world.rank().value + 1) % world.size()};
  first.send(next, "first");
  second.send(next, "second");
  EXPECT_EQ(receive(second, 1).front().text, "second");
  EXPECT_EQ(receive(first, 1).front().text, "first");
  first.flush();
  second.flush();
}

}  // namespace
}  // namespace shoal::comm
