#pragma once

#include <list>
#include <map>
#include <memory>
#include <span>

#include "shoal/comm/communicator.hpp"
#include "shoal/comm/exchange.hpp"
#include "shoal/split/redistribution.hpp"
#include "shoal/tensor/view.hpp"

namespace shoal::comm {

/// Carries the redistributions that cross between stages: whoever sends goes on at once, whoever
/// receives says early where the box shall be put and asks later whether it is there. Messages of a
/// communicator of its own. What is still on its way when it goes is given up: flush() comes first,
/// unless the job ends for an error.
class PointToPoint {
 public:
  /// Collective over `world`.
  explicit PointToPoint(const Communicator& world);
  PointToPoint(const PointToPoint&) = delete;
  PointToPoint& operator=(const PointToPoint&) = delete;
  ~PointToPoint();

  /// Tells the redistributions of a frame apart from those of others in flight. Smaller than
  /// number_of_tags(); the same one at the sender and the receivers.
  using Tag = int;
  [[nodiscard]] int number_of_tags() const { return number_of_tags_; }

  /// Boxes that may be under way to one rank at once: a line carries them side by side, so that the
  /// first of many would arrive as late as the last.
  static constexpr std::size_t most_under_way = 2;

  /// Sends what others get of `source`, this rank's box, in the order of the calls, and copies what
  /// this rank keeps into `target`. `source` may change when it returns.
  void send(const split::Redistribution& redistribution, Tag tag, ConstView source, View target);

  /// A box on its way. Owned by the caller that waits for it; must not outlive the PointToPoint.
  class PendingReceive {
   public:
    PendingReceive(PendingReceive&&) noexcept;
    PendingReceive& operator=(PendingReceive&&) noexcept;
    ~PendingReceive();
    /// Whether all of the box is in its target. Does not wait.
    bool is_there();

   private:
    friend class PointToPoint;
    struct Pieces;
    explicit PendingReceive(std::unique_ptr<Pieces> pieces);
    std::unique_ptr<Pieces> pieces_;
  };
  /// Expects this rank's box of the target, but for what it keeps of its own.
  PendingReceive expect(const split::Redistribution& redistribution, Tag tag, View target);

  /// Gives MPI time, takes back the memory of what was sent, and sends what had to wait.
  void progress();
  /// Gives MPI time for what this rank expects: large boxes come in parts, each of which is asked
  /// for.
  void let_arrive();
  /// Lets time pass until more of one of the arrivals, or a message (ControlChannel), may have
  /// come, or what waits may be sent; perhaps less, and the less the shorter this rank has
  /// `waited`. Arrivals may be null.
  void rest(std::span<PendingReceive* const> arrivals, Seconds waited);
  /// Waits until all was sent.
  void flush();

  [[nodiscard]] const Traffic& traffic() const { return traffic_; }

 private:
  struct PendingSend;
  void start(PendingSend& sending, int to);

  Communicator messages_;
  Rank rank_;
  int number_of_tags_ = 0;
  std::map<int, std::list<PendingSend>> sent_;  ///< by receiver, the oldest first
  Traffic traffic_;
};

}  // namespace shoal::comm
