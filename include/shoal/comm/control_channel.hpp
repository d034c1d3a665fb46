#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>

#include "shoal/comm/communicator.hpp"

namespace shoal::comm {

/// A message and its sender.
struct ControlMessage {
  Rank from;
  std::string text;
};

/// Short messages between any two ranks, which nobody waits for. Those from one rank to another
/// come in the order in which they were sent. A communicator of its own.
class ControlChannel {
 public:
  /// Collective over `world`.
  explicit ControlChannel(const Communicator& world);
  ControlChannel(const ControlChannel&) = delete;
  ControlChannel& operator=(const ControlChannel&) = delete;
  /// Drops messages that were not received; flush() comes first, unless the job ends with an error.
  ~ControlChannel();

  void send(Rank to, const std::string& text);
  /// The next message that is there, if any.
  std::optional<ControlMessage> try_receive();
  /// Takes back the memory of what was taken.
  void progress();
  /// Waits until all was taken.
  void flush();

 private:
  struct Incoming;
  struct Outgoing;
  Communicator messages_;
  std::unique_ptr<Incoming> incoming_;
  std::list<Outgoing> outgoing_;
};

}  // namespace shoal::comm
