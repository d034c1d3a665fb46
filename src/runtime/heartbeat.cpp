#include "shoal/runtime/heartbeat.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "shoal/base/error.hpp"
#include "shoal/comm/connections.hpp"
#include "shoal/comm/environment.hpp"

namespace shoal::runtime {
namespace {

constexpr Seconds between_words = 1;
constexpr Seconds between_looks = 0.1;
constexpr std::chrono::milliseconds nap(1);

/// Other words are the seconds of silence that may follow.
const std::string farewell = "f";

std::vector<Rank> partners(const comm::Communicator& world, Rank centre) {
  if (world.rank() != centre) return {centre};
  std::vector<Rank> others;
  for (int rank = 0; rank < world.size(); ++rank) {
    if (Rank{rank} != centre) others.push_back({rank});
  }
  return others;
}

/// Ranks that miss the centre do not all say so at once: the first one that does ends the job.
Seconds patience_of(Rank self, Rank centre, Seconds patience) {
  constexpr int most_apart = 3;
  return self == centre ? patience : patience + std::min(self.value, most_apart);
}

}  // namespace

Heartbeat::Heartbeat(const comm::Communicator& world, Rank centre, Seconds patience)
    : self_(world.rank()),
      centre_(centre),
      others_(partners(world, centre)),
      hosts_(world.gather_all(comm::host_name())),
      patience_(patience_of(self_, centre, patience)),
      detector_(others_, patience_),
      control_(world),
      while_waiting_(world, [this] { tick(); }) {}

void Heartbeat::say(const std::string& word) {
  for (const Rank rank : others_) control_.send(rank, word);
  spoke_ = comm::wall_time();
  recovery_ = comm::outlast_cut(patience_ + between_words);
}

void Heartbeat::tick() {
  const Seconds now = comm::wall_time();
  if (now - looked_ < between_looks) return;
  looked_ = now;
  control_.progress();
  if (!leaving_ && now - spoke_ >= between_words) say("0");
  while (const auto message = control_.try_receive()) {
    if (message->text == farewell) {
      detector_.forget(message->from);
      ++farewells_;
    } else {
      detector_.heard(message->from, std::stod(message->text));
    }
  }
  const auto rank = detector_.silent(now);
  if (rank && !may_recover(*rank)) {
    if (detector_.are_all_silent()) {
      throw Error("nothing came from any other rank for {:.0f} s; is the link of this device up?",
                  patience_);
    }
    throw Error("nothing came from rank {} on {} for {:.0f} s; is the device up, and its line?",
                rank->value, hosts_[static_cast<std::size_t>(rank->value)], patience_);
  }
}

/// A link that was cut for less than the patience is whole again before anything comes over it. The
/// centre sees by its own connections whether that may be; of the centre's a rank sees nothing.
bool Heartbeat::may_recover(Rank rank) const {
  return detector_.silence(rank) < patience_ + recovery_ &&
         (self_ != centre_ || comm::is_trying_again());
}

void Heartbeat::announce_silence(Seconds ahead) {
  say(fmt::format("{}", ahead));
  control_.progress();
}

/// The centre speaks until it has heard the last word of all, so that it is missed if it falls
/// silent meanwhile.
void Heartbeat::stop() {
  const auto wait_for_farewells = [this] {
    while (farewells_ < others_.size()) {
      tick();
      std::this_thread::sleep_for(nap);
    }
  };
  if (self_ == centre_) wait_for_farewells();
  say(farewell);
  leaving_ = true;
  if (self_ != centre_) wait_for_farewells();
  control_.flush();
}

}  // namespace shoal::runtime
