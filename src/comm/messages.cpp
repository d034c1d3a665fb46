#include "comm/messages.hpp"

#include "comm/handle.hpp"
#include "comm/mpi_call.hpp"

namespace shoal::comm {
namespace {

/// All redistributions are met in one order by every pair, and MPI keeps the order of messages
/// between two ranks, so that one tag is enough.
constexpr int tag = 1;

/// Requests that are waited for before they go, whatever happens in between.
class Requests {
 public:
  Requests() = default;
  Requests(const Requests&) = delete;
  Requests& operator=(const Requests&) = delete;
  ~Requests() { MPI_Waitall(size(), requests_.data(), MPI_STATUSES_IGNORE); }

  MPI_Request* add() { return &requests_.emplace_back(MPI_REQUEST_NULL); }
  void wait() { check(MPI_Waitall(size(), requests_.data(), MPI_STATUSES_IGNORE), "MPI_Waitall"); }

 private:
  [[nodiscard]] int size() const { return static_cast<int>(requests_.size()); }
  std::vector<MPI_Request> requests_;
};

}  // namespace

Messages::Messages(const split::Redistribution& redistribution, Rank self, ConstView source,
                   View target, std::span<float> scratch)
    : redistribution_(redistribution),
      self_(self),
      source_(source),
      target_(target),
      scratch_(scratch) {}

Traffic Messages::exchange(const Communicator& world) {
  const Box held = redistribution_.source.box_of(self_).value_or(Box{});
  const Box wanted = redistribution_.target.box_of(self_).value_or(Box{});
  const MPI_Comm mpi = world.handle().mpi;
  Traffic moved;
  Requests requests;
  float* next = scratch_.data();
  std::vector<std::pair<ConstView, View>> arriving;

  for (const split::Move& move : redistribution_.moves) {
    if (!(move.to == self_)) continue;
    const View packed(next, move.box.shape());
    next += move.box.volume();
    check(MPI_Irecv(packed.data(), to_count(move.box.volume()), MPI_FLOAT, move.from.value, tag,
                    mpi, requests.add()),
          "MPI_Irecv");
    arriving.emplace_back(packed, target_.part(move.box.relative_to(wanted)));
    moved.received += move.box.bytes();
  }
  for (const split::Move& move : redistribution_.moves) {
    if (!(move.from == self_)) continue;
    const View packed(next, move.box.shape());
    next += move.box.volume();
    copy(source_.part(move.box.relative_to(held)), packed);
    check(MPI_Isend(packed.data(), to_count(move.box.volume()), MPI_FLOAT, move.to.value, tag, mpi,
                    requests.add()),
          "MPI_Isend");
    moved.sent += move.box.bytes();
  }
  const Box kept = intersect(held, wanted);
  if (!kept.empty()) {
    copy(source_.part(kept.relative_to(held)), target_.part(kept.relative_to(wanted)));
  }
  requests.wait();
  for (const auto& [packed, place] : arriving) copy(packed, place);
  return moved;
}

}  // namespace shoal::comm
