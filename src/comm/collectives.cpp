#include "comm/collectives.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "comm/handle.hpp"
#include "comm/mpi_call.hpp"

namespace shoal::comm {
namespace {

using split::Layout;
using split::Pattern;
using split::Redistribution;

/// The floats of each member's box, and where they begin when the boxes follow each other.
struct Pieces {
  std::vector<int> counts;
  std::vector<int> offsets;

  explicit Pieces(const Layout& layout) : counts(layout.boxes.size()), offsets(counts.size()) {
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = to_count(layout.boxes[i].volume());
    std::exclusive_scan(counts.begin(), counts.end(), offsets.begin(), 0);
  }
  [[nodiscard]] Index total() const { return Index{offsets.back()} + counts.back(); }
};

/// Where in the group a rank of the job is.
int member(const std::vector<Rank>& ranks, Rank rank) {
  return static_cast<int>(std::find(ranks.begin(), ranks.end(), rank) - ranks.begin());
}

/// The boxes of the members behind each other, as views of `memory`.
View piece(std::span<float> memory, const Pieces& pieces, const Layout& layout, std::size_t i) {
  return {memory.data() + pieces.offsets[i], layout.boxes[i].shape()};
}

void allgather(const Redistribution& redistribution, Rank self, ConstView source, View target,
               std::span<float> scratch, MPI_Comm group) {
  const Layout& shards = redistribution.source;
  const Pieces pieces(shards);
  const auto own = static_cast<std::size_t>(member(shards.ranks, self));
  if (!shards.boxes[own].empty()) copy(source, piece(scratch, pieces, shards, own));
  check(MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, scratch.data(), pieces.counts.data(),
                       pieces.offsets.data(), MPI_FLOAT, group),
        "MPI_Allgatherv");
  const Box whole = redistribution.target.boxes[own];
  for (std::size_t i = 0; i < shards.boxes.size(); ++i) {
    if (shards.boxes[i].empty()) continue;
    copy(piece(scratch, pieces, shards, i), target.part(shards.boxes[i].relative_to(whole)));
  }
}

/// The summand of this member as one run of floats in `to`; zeros where it has none.
void take_summand(ConstView source, View to) {
  if (source.data() == nullptr) {
    std::fill_n(to.data(), to.shape().volume(), 0.0F);
  } else {
    copy(source, to);
  }
}

void allreduce(ConstView source, View target, MPI_Comm group) {
  take_summand(source, target);
  check(MPI_Allreduce(MPI_IN_PLACE, target.data(), to_count(target.shape().volume()), MPI_FLOAT,
                      MPI_SUM, group),
        "MPI_Allreduce");
}

void reduce_scatter(const Redistribution& redistribution, ConstView source, View target,
                    std::span<float> scratch, MPI_Comm group) {
  const Layout& shards = redistribution.target;
  const Pieces pieces(shards);
  for (std::size_t i = 0; i < shards.boxes.size(); ++i) {
    if (shards.boxes[i].empty()) continue;
    // A summand covers the whole tensor, so its box begins at the origin.
    const ConstView part = source.data() == nullptr ? source : source.part(shards.boxes[i]);
    take_summand(part, piece(scratch, pieces, shards, i));
  }
  check(MPI_Reduce_scatter(scratch.data(), target.data(), pieces.counts.data(), MPI_FLOAT, MPI_SUM,
                           group),
        "MPI_Reduce_scatter");
}

void reduce(const Redistribution& redistribution, Rank self, ConstView source, View target,
            std::span<float> scratch, MPI_Comm group) {
  const Shape shape = redistribution.target.box_of(redistribution.root())->shape();
  const int root = member(redistribution.participants(), redistribution.root());
  const int count = to_count(shape.volume());
  const bool is_root = self == redistribution.root();
  const View summand = is_root ? target : View(scratch.data(), shape);
  take_summand(source, summand);
  check(MPI_Reduce(is_root ? MPI_IN_PLACE : summand.data(), is_root ? summand.data() : nullptr,
                   count, MPI_FLOAT, MPI_SUM, root, group),
        "MPI_Reduce");
}

void broadcast(const Redistribution& redistribution, Rank self, ConstView source, View target,
               MPI_Comm group) {
  if (self == redistribution.root()) copy(source, target);
  check(MPI_Bcast(target.data(), to_count(target.shape().volume()), MPI_FLOAT,
                  member(redistribution.participants(), redistribution.root()), group),
        "MPI_Bcast");
}

}  // namespace

Index collective_scratch(const Redistribution& redistribution, Rank self) {
  switch (redistribution.pattern) {
    case Pattern::allgather:
      return Pieces(redistribution.source).total();
    case Pattern::reduce_scatter:
      return Pieces(redistribution.target).total();
    case Pattern::reduce:
      return self == redistribution.root()
                 ? 0
                 : redistribution.target.box_of(redistribution.root())->volume();
    default:
      return 0;
  }
}

void collective(const Redistribution& redistribution, Rank self, ConstView source, View target,
                std::span<float> scratch, const Communicator& group) {
  const MPI_Comm mpi = group.handle().mpi;
  switch (redistribution.pattern) {
    case Pattern::broadcast:
      return broadcast(redistribution, self, source, target, mpi);
    case Pattern::allgather:
      return allgather(redistribution, self, source, target, scratch, mpi);
    case Pattern::allreduce:
      return allreduce(source, target, mpi);
    case Pattern::reduce_scatter:
      return reduce_scatter(redistribution, source, target, scratch, mpi);
    case Pattern::reduce:
      return reduce(redistribution, self, source, target, scratch, mpi);
    default:
      throw std::logic_error("not a collective");
  }
}

}  // namespace shoal::comm
