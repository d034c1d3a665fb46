// collectives MEBIBYTES REPEATS: how long the program's own exchanges of a tensor take among all
// ranks, from when all are ready until the last one is done. A line for each: its name and the
// seconds of every repeat. What arrives is checked.

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "shoal/comm/communicator.hpp"
#include "shoal/comm/environment.hpp"
#include "shoal/comm/exchange.hpp"
#include "shoal/split/redistribution.hpp"
#include "shoal/tensor/tensor.hpp"

namespace {

using namespace shoal;
using split::Layout;
using split::Redistribution;

std::vector<Redistribution> redistributions(int count, const Shape& shape) {
  std::vector<Rank> ranks;
  for (int i = 0; i < count; ++i) ranks.push_back({i});
  const std::vector<double> equal(ranks.size(), 1.0);
  const Layout root = Layout::rooted({0}, shape);
  const Layout all = Layout::replicated(ranks, shape);
  const Layout shards = split::outermost_shards(ranks, shape, equal);
  const Layout sums = Layout::summands(ranks, shape);
  return {split::redistribute(shape, root, all),    split::redistribute(shape, shards, all),
          split::redistribute(shape, sums, shards), split::redistribute(shape, shards, root),
          split::redistribute(shape, root, shards), split::redistribute(shape, sums, root),
          split::redistribute(shape, sums, all)};
}

/// This rank's box of a layout, in memory that is as large as the whole.
View part(Tensor& memory, const Layout& layout, Rank rank) {
  const Box box = layout.box_of(rank).value_or(Box{});
  return {box.empty() ? nullptr : memory.span().data(), box.shape()};
}

/// An element's value, or that of each summand; small, so that sums are exact.
float value_at(Index position) {
  return static_cast<float>(position % 1021);
}

void fill(View view, const Box& box) {
  for (Index i = 0; i < view.shape().volume(); ++i) {
    view.data()[i] = value_at(box[Axis::channel].begin + i);
  }
}

/// Whether the rank has what it should, `times` being how many summands there are.
bool is_right(ConstView view, const Box& box, int times) {
  for (Index i = 0; i < view.shape().volume(); ++i) {
    const float right = static_cast<float>(times) * value_at(box[Axis::channel].begin + i);
    if (view.data()[i] != right) return false;
  }
  return true;
}

class Stopwatch {
 public:
  Stopwatch(const comm::Communicator& world, const Shape& shape)
      : world_(world),
        exchange_(world, {redistributions(world.size(), shape).front().participants()}),
        source_(shape),
        target_(shape) {}

  Seconds time(const Redistribution& redistribution) {
    const View source = part(source_, redistribution.source, world_.rank());
    const View target = part(target_, redistribution.target, world_.rank());
    if (source.data() != nullptr) fill(source, *redistribution.source.box_of(world_.rank()));
    std::fill(target_.span().begin(), target_.span().end(), -1.0F);
    world_.barrier();
    const Seconds begin = comm::wall_time();
    exchange_.carry_out(redistribution, source, target);
    std::array<double, 1> shortest = {begin - comm::wall_time()};
    world_.minimum(shortest);
    check(redistribution, target);
    return -shortest[0];
  }

 private:
  void check(const Redistribution& redistribution, ConstView target) const {
    if (target.data() == nullptr) return;
    const int times = redistribution.adds() ? world_.size() : 1;
    if (is_right(target, *redistribution.target.box_of(world_.rank()), times)) return;
    fmt::print(stderr, "{}: wrong on rank {}\n", split::name(redistribution.pattern),
               world_.rank().value);
    comm::abort_job(1);
  }

  const comm::Communicator& world_;
  comm::Exchange exchange_;
  Tensor source_;
  Tensor target_;
};

}  // namespace

int main(int argc, char** argv) {
  const comm::Environment environment;
  const comm::Communicator world = comm::Communicator::world();
  if (argc != 3) comm::abort_job(2);
  const Shape shape = Shape::features(std::atol(argv[1]) * (Index{1} << 20) / 4);
  const int repeats = std::atoi(argv[2]);
  Stopwatch stopwatch(world, shape);
  for (const Redistribution& redistribution : redistributions(world.size(), shape)) {
    (void)stopwatch.time(redistribution);
    std::vector<Seconds> times;
    for (int i = 0; i < repeats; ++i) times.push_back(stopwatch.time(redistribution));
    if (world.rank() == Rank{0}) {
      fmt::print("{} {:.6f}\n", split::name(redistribution.pattern), fmt::join(times, " "));
      std::fflush(stdout);
    }
  }
  return 0;
}
