#include "shoal/comm/point_to_point.hpp"

#include <vector>

#include "shoal/base/aligned_buffer.hpp"
#include "shoal/split/keep.hpp"
#include "shoal/split/wire.hpp"

#include "comm/handle.hpp"
#include "comm/mpi_call.hpp"
#include "comm/waiting.hpp"

namespace shoal::comm {

/// What is on its way to another rank, or waits for those before it.
struct PointToPoint::PendingSend {
  AlignedBuffer packed;
  Tag tag = 0;
  bool started = false;
  MPI_Request request = MPI_REQUEST_NULL;
};

struct PointToPoint::PendingReceive::Pieces {
  split::WireType wire = split::WireType::float32;
  std::vector<AlignedBuffer> packed;
  std::vector<View> places;
  std::vector<MPI_Request> requests;
  std::size_t next = 0;  ///< of the requests, the first that may not be done
  bool unpacked = false;

  Pieces() = default;
  Pieces(const Pieces&) = delete;
  Pieces& operator=(const Pieces&) = delete;
  ~Pieces() {
    for (MPI_Request& request : requests) {
      if (request == MPI_REQUEST_NULL) continue;
      MPI_Cancel(&request);
      MPI_Request_free(&request);
    }
  }
};

PointToPoint::PendingReceive::PendingReceive(std::unique_ptr<Pieces> pieces)
    : pieces_(std::move(pieces)) {}
PointToPoint::PendingReceive::PendingReceive(PendingReceive&&) noexcept = default;
PointToPoint::PendingReceive& PointToPoint::PendingReceive::operator=(PendingReceive&&) noexcept =
    default;
PointToPoint::PendingReceive::~PendingReceive() = default;

bool PointToPoint::PendingReceive::is_there() {
  if (pieces_->unpacked) return true;
  for (; pieces_->next < pieces_->requests.size(); ++pieces_->next) {
    MPI_Request& request = pieces_->requests[pieces_->next];
    // Of one that is done SMPI's MPI_Test says nothing.
    if (request == MPI_REQUEST_NULL) continue;
    int done = 0;
    check(MPI_Test(&request, &done, MPI_STATUS_IGNORE), "MPI_Test");
    if (done == 0) return false;
  }
  for (std::size_t i = 0; i < pieces_->places.size(); ++i) {
    split::unpack(pieces_->wire, pieces_->packed[i].span(), pieces_->places[i]);
  }
  pieces_->packed.clear();
  pieces_->unpacked = true;
  return true;
}

PointToPoint::PointToPoint(const Communicator& world)
    : messages_(world.duplicate()), rank_(messages_.rank()) {
  void* bound = nullptr;
  int found = 0;
  // The attribute is MPI_COMM_WORLD's: Open MPI gives it to no other communicator.
  check(MPI_Comm_get_attr(MPI_COMM_WORLD, MPI_TAG_UB, static_cast<void*>(&bound), &found),
        "MPI_Comm_get_attr");
  constexpr int least_bound_of_the_standard = 32767;
  number_of_tags_ = found != 0 ? *static_cast<int*>(bound) : least_bound_of_the_standard;
}

PointToPoint::~PointToPoint() {
  for (auto& [to, pending] : sent_) {
    for (PendingSend& sending : pending) {
      if (sending.request != MPI_REQUEST_NULL) MPI_Request_free(&sending.request);
    }
  }
}

void PointToPoint::send(const split::Redistribution& redistribution, Tag tag, ConstView source,
                        View target) {
  const Box held = redistribution.source.box_of(rank_).value_or(Box{});
  for (const split::Move& move : redistribution.moves) {
    if (!(move.from == rank_)) continue;
    std::list<PendingSend>& pending = sent_[move.to.value];
    const Index words = split::wire_words(redistribution.wire, move.box.volume());
    PendingSend& sending =
        pending.emplace_back(PendingSend{AlignedBuffer(addressable(words)), tag});
    split::pack(redistribution.wire, source.part(move.box.relative_to(held)),
                sending.packed.span());
    if (pending.size() <= most_under_way) start(sending, move.to.value);
    traffic_.sent += redistribution.bytes_of(move);
  }
  split::keep(redistribution, rank_, source, target);
}

PointToPoint::PendingReceive PointToPoint::expect(const split::Redistribution& redistribution,
                                                  Tag tag, View target) {
  auto pieces = std::make_unique<PendingReceive::Pieces>();
  pieces->wire = redistribution.wire;
  const Box wanted = redistribution.target.box_of(rank_).value_or(Box{});
  for (const split::Move& move : redistribution.moves) {
    if (!(move.to == rank_)) continue;
    const Index words = split::wire_words(redistribution.wire, move.box.volume());
    AlignedBuffer& packed = pieces->packed.emplace_back(addressable(words));
    pieces->places.push_back(target.part(move.box.relative_to(wanted)));
    check(MPI_Irecv(packed.data(), to_count(words), MPI_FLOAT, move.from.value, tag,
                    messages_.handle().mpi, &pieces->requests.emplace_back(MPI_REQUEST_NULL)),
          "MPI_Irecv");
    traffic_.received += redistribution.bytes_of(move);
  }
  return PendingReceive(std::move(pieces));
}

void PointToPoint::start(PendingSend& sending, int to) {
  check(MPI_Isend(sending.packed.data(), to_count(static_cast<Index>(sending.packed.size())),
                  MPI_FLOAT, to, sending.tag, messages_.handle().mpi, &sending.request),
        "MPI_Isend");
  sending.started = true;
}

void PointToPoint::progress() {
  for (auto& [to, pending] : sent_) {
    std::size_t under_way = 0;
    for (auto sending = pending.begin(); sending != pending.end() && under_way < most_under_way;) {
      if (!sending->started) start(*sending, to);
      // Of one that is done SMPI's MPI_Test says nothing.
      int done = sending->request == MPI_REQUEST_NULL ? 1 : 0;
      if (done == 0) check(MPI_Test(&sending->request, &done, MPI_STATUS_IGNORE), "MPI_Test");
      if (done == 0) ++under_way;
      sending = done != 0 ? pending.erase(sending) : std::next(sending);
    }
  }
}

void PointToPoint::let_arrive() {
  int found = 0;
  check(MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, messages_.handle().mpi, &found, MPI_STATUS_IGNORE),
        "MPI_Iprobe");
}

void PointToPoint::rest(std::span<PendingReceive* const> arrivals, Seconds waited) {
  std::vector<MPI_Request*> missing;
  for (PendingReceive* const arrival : arrivals) {
    if (arrival == nullptr) continue;
    if (arrival->is_there()) return;
    missing.push_back(&arrival->pieces_->requests[arrival->pieces_->next]);
  }
  // What is under way makes room for what waits behind it.
  for (auto& [to, pending] : sent_) {
    if (pending.size() > most_under_way) missing.push_back(&pending.front().request);
  }
  comm::rest(missing, messages_, waited);
}

void PointToPoint::flush() {
  for (auto& [to, pending] : sent_) {
    for (PendingSend& sending : pending) {
      if (!sending.started) start(sending, to);
      wait({&sending.request, 1}, messages_);
    }
  }
  sent_.clear();
}

}  // namespace shoal::comm
