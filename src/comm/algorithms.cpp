#include "comm/algorithms.hpp"

#include <algorithm>

#include "comm/requests.hpp"

namespace shoal::comm {
namespace {

/// Long beside what a message costs, short beside a feature map: what a chain of 8 takes longer
/// than one message is 7 of these.
constexpr Index segment = 16384;

void add(std::span<const float> summand, std::span<float> to) {
  std::transform(to.begin(), to.end(), summand.begin(), to.begin(), std::plus<>());
}

std::vector<std::span<float>> segments_of(std::span<float> values) {
  std::vector<std::span<float>> segments;
  for (; !values.empty(); values = values.subspan(segments.back().size())) {
    segments.push_back(values.first(std::min<std::size_t>(values.size(), segment)));
  }
  return segments;
}

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
  const int members = pieces.members();
  const int self = group.rank().value;
  const std::span<float> own = pieces.of(values, self);
  const std::span<float> arriving = scratch.first(own.size());
  for (int apart = 1; apart < members; ++apart) {
    const int to = (self + apart) % members;
    Requests requests(group);
    requests.receive(arriving, (self - apart + members) % members);
    requests.send(pieces.of(values, to), to);
    requests.wait();
    add(arriving, own);
  }
}

void gather_pieces(const Communicator& group, std::span<float> values, const Pieces& pieces) {
  const int members = pieces.members();
  const int self = group.rank().value;
  const auto around = [&](int member) { return (member + 2 * members) % members; };
  for (int round = 0; round < members - 1; ++round) {
    Requests requests(group);
    requests.receive(pieces.of(values, around(self - round - 1)), around(self - 1));
    requests.send(pieces.of(values, around(self - round)), around(self + 1));
    requests.wait();
  }
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
  return std::min(floats, 2 * segment);
}

void reduce(const Communicator& group, std::span<float> values, int root,
            std::span<float> scratch) {
  const Chain chain(group, root);
  const std::vector<std::span<float>> segments = segments_of(values);
  // While one segment is added up, the next arrives in the other half.
  const auto place = [&](std::size_t i) {
    return scratch.subspan(i % 2 * std::size_t{segment}, segments[i].size());
  };
  Requests arriving(group);
  Requests leaving(group);
  if (!chain.is_end() && !segments.empty()) arriving.receive(place(0), chain.towards_end());
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (!chain.is_end()) {
      if (i + 1 < segments.size()) arriving.receive(place(i + 1), chain.towards_end());
      arriving.wait(i);
      add(place(i), segments[i]);
    }
    if (!chain.is_root()) leaving.send(segments[i], chain.towards_root());
  }
  leaving.wait();
}

}  // namespace shoal::comm
