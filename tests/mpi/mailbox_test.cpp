#include "shoal/comm/mailbox.hpp"

#include <map>
#include <thread>

#include <gtest/gtest.h>

namespace shoal::comm {
namespace {

/// Polls until so many letters have come.
std::vector<Letter> receive(Mailbox& mailbox, std::size_t count) {
  std::vector<Letter> letters;
  while (letters.size() < count) {
    if (auto letter = mailbox.poll()) {
      letters.push_back(std::move(*letter));
    } else {
      mailbox.progress();
      std::this_thread::yield();
    }
  }
  return letters;
}

TEST(Mailbox, IsEmptyWhereNothingWasPosted) {
  const Communicator world = Communicator::world();
  Mailbox mailbox(world);
  world.barrier();
  EXPECT_FALSE(mailbox.poll());
  world.barrier();
}

/// Everyone writes to everyone, itself too, letters of very different lengths, and reads only then:
/// posting waits for nobody.
TEST(Mailbox, BringsEveryLetterFromEachRankInItsOrder) {
  constexpr std::size_t letters_each = 30;
  const Communicator world = Communicator::world();
  const auto size = static_cast<std::size_t>(world.size());
  Mailbox mailbox(world);
  const auto text = [](int from, int to, std::size_t i) {
    return std::to_string(from) + " to " + std::to_string(to) + std::string(i * i * i, '.');
  };
  for (std::size_t i = 0; i < letters_each; ++i) {
    for (int to = 0; to < world.size(); ++to) {
      mailbox.post({to}, text(world.rank().value, to, i));
    }
  }
  std::map<Rank, std::size_t> seen;
  for (const Letter& letter : receive(mailbox, letters_each * size)) {
    EXPECT_EQ(letter.text, text(letter.from.value, world.rank().value, seen[letter.from]++));
  }
  EXPECT_FALSE(mailbox.poll());
  mailbox.flush();
  world.barrier();
}

TEST(Mailbox, TakesALetterWithoutText) {
  const Communicator world = Communicator::world();
  Mailbox mailbox(world);
  mailbox.post(world.rank(), "");
  const auto letters = receive(mailbox, 1);
  EXPECT_EQ(letters.front().text, "");
  EXPECT_EQ(letters.front().from, world.rank());
  mailbox.flush();
}

TEST(Mailbox, DoesNotMeetTheLettersOfAnother) {
  const Communicator world = Communicator::world();
  Mailbox first(world);
  Mailbox second(world);
  const Rank next{(world.rank().value + 1) % world.size()};
  first.post(next, "first");
  second.post(next, "second");
  EXPECT_EQ(receive(second, 1).front().text, "second");
  EXPECT_EQ(receive(first, 1).front().text, "first");
  first.flush();
  second.flush();
}

}  // namespace
}  // namespace shoal::comm
