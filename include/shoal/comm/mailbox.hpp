#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>

#include "shoal/comm/communicator.hpp"

namespace shoal::comm {

/// A message and its sender.
struct Letter {
  Rank from;
  std::string text;
};

/// Short messages between any two ranks, which nobody waits for. Those from one rank to another
/// come in the order in which they were posted. A communicator of its own.
class Mailbox {
 public:
  /// Collective over `world`.
  explicit Mailbox(const Communicator& world);
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;
  /// Drops messages that were not received; flush() comes first, unless the job ends with an error.
  ~Mailbox();

  void post(Rank to, const std::string& text);
  /// The next letter that is there, if any.
  std::optional<Letter> poll();
  /// Takes back the memory of what was taken.
  void progress();
  /// Waits until all was taken.
  void flush();

 private:
  struct Incoming;
  struct Posted;
  Communicator messages_;
  std::unique_ptr<Incoming> incoming_;
  std::list<Posted> posted_;
};

}  // namespace shoal::comm
