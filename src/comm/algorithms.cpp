#include "comm/algorithms.hpp"

#include <algorithm>
#include <optional>

#include "comm/pipeline.hpp"
#include "comm/requests.hpp"

namespace shoal::comm {
namespace {

/// The root, then the other members in order; split::Redistribution counts the same chain.
class Chain {
 public:
  Chain(const Communicator& group, int root) : root_(root), last_(group.size() - 1) {
    const int self = group.rank().value;
    place_ = self == root ? 0 : self < root ? self + 1 : self;
  }
  [[nodiscard]] bool is_root() const { return place_ == 0; }
  [[nodiscard]] bool is_end() const { return place_ == last_; }
  [[nodiscard]] int towards_root() const { return member_at(place_ - 1); }
  [[nodiscard]] int towards_end() const { return member_at(place_ + 1); }

 private:
  [[nodiscard]] int member_at(int place) const {
    return place == 0 ? root_ : place <= root_ ? place - 1 : place;
  }
  int root_;
  int last_;
  int place_ = 0;
};

/// The members in order, the first after the last.
class Ring {
 public:
  explicit Ring(const Communicator& group) : self_(group.rank().value), members_(group.size()) {}
  [[nodiscard]] int after() const { return (self_ + 1) % members_; }
  /// The member so many places before this one; at most all of them.
  [[nodiscard]] int before(int places) const { return (self_ - places + members_) % members_; }

 private:
  int self_;
  int members_;
};

/// The segments of the pieces of the members from `nearest` to `farthest` places before this one.
std::vector<std::span<float>> segments_before(const Ring& ring, std::span<float> values,
                                              const Pieces& pieces, int nearest, int farthest) {
  std::vector<std::span<float>> segments;
  for (int places = nearest; places <= farthest; ++places) {
    append_segments(segments, pieces.of(values, ring.before(places)));
  }
  return segments;
}

}  // namespace

Index Pieces::size(int member) const {
  const auto i = static_cast<std::size_t>(member);
  return offsets[i + 1] - offsets[i];
}

Index Pieces::largest() const {
  Index largest = 0;
  for (int member = 0; member < members(); ++member) largest = std::max(largest, size(member));
  return largest;
}

std::span<float> Pieces::of(std::span<float> values, int member) const {
  return values.subspan(static_cast<std::size_t>(offsets[static_cast<std::size_t>(member)]),
                        static_cast<std::size_t>(size(member)));
}

Pieces even_pieces(Index floats, int members) {
  Pieces pieces;
  for (int member = 0; member <= members; ++member) {
    pieces.offsets.push_back(floats * member / members);
  }
  return pieces;
}

void sum_pieces(const Communicator& group, std::span<float> values, const Pieces& pieces,
                std::span<float> scratch) {
  // A piece sets out from the member after its own, and comes to that one last.
  const Ring ring(group);
  const int members = pieces.members();
  const auto arriving = segments_before(ring, values, pieces, 2, members);
  const auto leaving = segments_before(ring, values, pieces, 1, members - 1);
  const std::size_t ahead =
      std::min(Sums::ahead(), segments_before(ring, values, pieces, 1, 1).size());
  Summands summands(group, arriving, ring.before(1), scratch);
  Sums sums(group, ring.after());
  const auto send_until = [&](std::size_t end) {
    while (sums.sent() < std::min(end, leaving.size())) sums.send(leaving[sums.sent()]);
  };
  send_until(ahead);
  for (std::size_t i = 0; i < arriving.size(); ++i) {
    summands.add(i);
    send_until(ahead + i + 1);
  }
  send_until(leaving.size());
  sums.wait();
}

Index sum_pieces_scratch(const Pieces& pieces) {
  return Summands::scratch(pieces.largest());
}

void gather_pieces(const Communicator& group, std::span<float> values, const Pieces& pieces) {
  const Ring ring(group);
  const int members = pieces.members();
  const auto arriving = segments_before(ring, values, pieces, 1, members - 1);
  const auto leaving = segments_before(ring, values, pieces, 0, members - 2);
  const std::size_t own = segments_before(ring, values, pieces, 0, 0).size();
  Requests expected(group);
  Requests sent(group);
  for (const std::span<float> one : arriving) expected.receive(one, ring.before(1));
  for (std::size_t i = 0; i < std::min(own, leaving.size()); ++i)
    sent.send(leaving[i], ring.after());
  for (std::size_t i = 0; i < arriving.size(); ++i) {
    expected.wait(i);
    if (own + i < leaving.size()) sent.send(leaving[own + i], ring.after());
  }
  sent.wait();
}

void broadcast(const Communicator& group, std::span<float> values, int root) {
  const Chain chain(group, root);
  const std::vector<std::span<float>> segments = segments_of(values);
  Requests arriving(group);
  Requests leaving(group);
  if (!chain.is_root()) {
    for (const std::span<float> one : segments) arriving.receive(one, chain.towards_root());
  }
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (!chain.is_root()) arriving.wait(i);
    if (!chain.is_end()) leaving.send(segments[i], chain.towards_end());
  }
  leaving.wait();
}

Index reduce_scratch(Index floats) {
  return Summands::scratch(floats);
}

void reduce(const Communicator& group, std::span<float> values, int root,
            std::span<float> scratch) {
  const Chain chain(group, root);
  const std::vector<std::span<float>> segments = segments_of(values);
  std::optional<Summands> summands;
  std::optional<Sums> sums;
  if (!chain.is_end()) summands.emplace(group, segments, chain.towards_end(), scratch);
  if (!chain.is_root()) sums.emplace(group, chain.towards_root());
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (summands) summands->add(i);
    if (sums) sums->send(segments[i]);
  }
  if (sums) sums->wait();
}

}  // namespace shoal::comm
