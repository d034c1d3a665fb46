#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <sstream>

#include "shoal/comm/exchange.hpp"
#include "shoal/runtime/measure.hpp"
#include "shoal/tensor/tensor.hpp"

#include "runtime/median.hpp"

namespace shoal::runtime {
namespace {

using profile::Link;
using split::Layout;
using split::Redistribution;

/// What latency is measured with, and what bandwidth: about a large activation.
const Shape small_message = Shape::features(1);
const Shape large_message = Shape::features(Index{1} << 20U);
/// Cut by its rows, neighbours' edges are 1 MB in all: messages of the size that halos have.
Shape picture(int ranks) {
  return Shape::image(4 * Index{ranks}, 512, 64);
}

constexpr int warm_ups = 2;
constexpr int latency_runs = 50;
constexpr int least_runs = 3;
constexpr int most_runs = 50;

int runs_within(Seconds budget, Seconds each) {
  return static_cast<int>(std::clamp<double>(budget / each, least_runs, most_runs));
}

std::vector<Rank> all_ranks(int count) {
  std::vector<Rank> ranks;
  for (int i = 0; i < count; ++i) ranks.push_back({i});
  return ranks;
}

/// Carries redistributions out again and again.
class Stopwatch {
 public:
  explicit Stopwatch(const comm::Communicator& world)
      : world_(world), exchange_(world, {all_ranks(world.size())}) {}

  [[nodiscard]] const comm::Communicator& world() const { return world_; }

  void move(const Redistribution& redistribution) {
    const View source = buffer(source_, redistribution.source);
    exchange_.carry_out(redistribution, source, buffer(target_, redistribution.target));
  }

  /// A number from one rank to another.
  float tell(const Redistribution& message, float number) {
    const View source = buffer(source_, message.source);
    const View target = buffer(target_, message.target);
    if (source.data() != nullptr) *source.data() = number;
    exchange_.carry_out(message, source, target);
    return target.data() != nullptr ? *target.data() : number;
  }

 private:
  /// This rank's box of a layout.
  View buffer(AlignedBuffer& memory, const Layout& layout) const {
    const Box box = layout.box_of(world_.rank()).value_or(Box{});
    if (box.empty()) return {nullptr, Box{}.shape()};
    const std::size_t count = addressable(box.volume());
    if (memory.size() < count) {
      memory = AlignedBuffer(count);
      std::fill(memory.span().begin(), memory.span().end(), 1.0F);
    }
    return {memory.data(), box.shape()};
  }

  const comm::Communicator& world_;
  comm::Exchange exchange_;
  AlignedBuffer source_;
  AlignedBuffer target_;
};

/// Messages of one shape there and back between two ranks, the lower of which begins.
struct RoundTrip {
  Redistribution there;
  Redistribution back;

  RoundTrip(Rank from, Rank to, const Shape& shape)
      : there(split::redistribute(shape, Layout::rooted(from, shape), Layout::rooted(to, shape))),
        back(split::redistribute(shape, Layout::rooted(to, shape), Layout::rooted(from, shape))) {}

  /// Half of it.
  [[nodiscard]] Seconds time(Stopwatch& stopwatch) const {
    const Seconds begin = comm::wall_time();
    stopwatch.move(there);
    stopwatch.move(back);
    return (comm::wall_time() - begin) / 2;
  }
};

/// The link between this rank and another one that measures it at the same time.
Link measure_link(Stopwatch& stopwatch, Rank lower, Rank upper, Seconds budget) {
  const RoundTrip small(lower, upper, small_message);
  const RoundTrip large(lower, upper, large_message);
  for (int i = 0; i < warm_ups; ++i) (void)small.time(stopwatch);
  std::vector<Seconds> latencies;
  for (int i = 0; i < latency_runs; ++i) latencies.push_back(small.time(stopwatch));
  (void)large.time(stopwatch);
  const int proposed = runs_within(budget, 2 * large.time(stopwatch));
  const int runs =
      static_cast<int>(std::lround(stopwatch.tell(small.there, static_cast<float>(proposed))));
  std::vector<Seconds> times;
  for (int i = 0; i < runs; ++i) times.push_back(large.time(stopwatch));
  const Seconds latency = median(std::move(latencies));
  const Seconds time = median(std::move(times));
  // Where noise makes the large message the faster one, its whole time still is a bound.
  const Seconds on_the_line = time > latency ? time - latency : time;
  return {latency, static_cast<double>(large_message.bytes()) / on_the_line};
}

/// Whom a rank meets in a round of a tournament in which every pair meets once (the circle method;
/// Kirkman 1847): nobody, or a rank. The last of an even number of players stays in its place.
Rank opponent(Rank rank, int round, int players) {
  const int circle = players - 1;
  if (rank.value == circle) {
    // The place that meets itself: 2 p = round (mod circle), circle being odd.
    return {round * (circle + 1) / 2 % circle};
  }
  const int other = ((round - rank.value) % circle + circle) % circle;
  return {other == rank.value ? circle : other};
}

using Pairs = std::map<std::pair<Rank, Rank>, Link>;

/// Every pair's link. Each rank measures with one other at a time.
Pairs measure_pairs(Stopwatch& stopwatch, Seconds budget) {
  const comm::Communicator& world = stopwatch.world();
  const Rank self = world.rank();
  const int players = world.size() + world.size() % 2;
  std::ostringstream own;
  own.precision(17);
  for (int round = 0; round + 1 < players; ++round) {
    world.barrier();
    const Rank other = opponent(self, round, players);
    if (other.value >= world.size()) continue;
    const Link link = measure_link(stopwatch, std::min(self, other), std::max(self, other), budget);
    if (self < other) {
      own << self.value << ' ' << other.value << ' ' << link.latency << ' ' << link.bytes_per_second
          << '\n';
    }
  }
  Pairs pairs;
  for (const std::string& text : world.gather_all(own.str())) {
    std::istringstream in(text);
    int lower = 0;
    int upper = 0;
    Link link;
    while (in >> lower >> upper >> link.latency >> link.bytes_per_second) {
      pairs[{{lower}, {upper}}] = link;
      pairs[{{upper}, {lower}}] = link;
    }
  }
  return pairs;
}

/// What stands for the pairs that are not named.
Link typical(const Pairs& pairs) {
  std::vector<Seconds> latencies;
  std::vector<double> rates;
  for (const auto& [ends, link] : pairs) {
    latencies.push_back(link.latency);
    rates.push_back(link.bytes_per_second);
  }
  return {median(std::move(latencies)), median(std::move(rates))};
}

/// One exchange of each pattern among all ranks.
std::vector<Redistribution> patterns(int count) {
  const std::vector<Rank> ranks = all_ranks(count);
  const std::vector<double> equal(ranks.size(), 1.0);
  const Shape& vector = large_message;
  const Layout root = Layout::rooted({0}, vector);
  const Layout all = Layout::replicated(ranks, vector);
  const Layout shards = split::outermost_shards(ranks, vector, equal);
  const Layout sums = Layout::summands(ranks, vector);

  const Shape image = picture(count);
  const Layout rows = split::outermost_shards(ranks, image, equal);
  Layout with_edges = rows;
  for (Box& box : with_edges.boxes) {
    Range& height = box[Axis::height];
    height = {std::max<Index>(0, height.begin - 1), std::min(image[Axis::height], height.end + 1)};
  }
  Layout columns = rows;
  const Index width = image[Axis::width];
  for (std::size_t i = 0; i < columns.boxes.size(); ++i) {
    const auto edge = [&](std::size_t k) {
      return width * static_cast<Index>(k) / static_cast<Index>(ranks.size());
    };
    columns.boxes[i] = Box::whole(image).with(Axis::width, {edge(i), edge(i + 1)});
  }
  return {split::redistribute(vector, root, all),    split::redistribute(vector, shards, all),
          split::redistribute(vector, sums, all),    split::redistribute(vector, sums, shards),
          split::redistribute(vector, sums, root),   split::redistribute(vector, shards, root),
          split::redistribute(vector, root, shards), split::redistribute(image, rows, with_edges),
          split::redistribute(image, rows, columns)};
}

/// From when all are ready until the last one is done.
Seconds time_together(Stopwatch& stopwatch, const Redistribution& redistribution) {
  stopwatch.world().barrier();
  const Seconds begin = comm::wall_time();
  stopwatch.move(redistribution);
  std::array<double, 1> shortest = {begin - comm::wall_time()};
  stopwatch.world().minimum(shortest);
  return -shortest[0];
}

Seconds measure_pattern(Stopwatch& stopwatch, const Redistribution& redistribution,
                        Seconds budget) {
  for (int i = 0; i < warm_ups; ++i) (void)time_together(stopwatch, redistribution);
  const int runs = runs_within(budget, time_together(stopwatch, redistribution));
  std::vector<Seconds> times;
  for (int i = 0; i < runs; ++i) times.push_back(time_together(stopwatch, redistribution));
  return median(std::move(times));
}

/// How many times what the line alone would take makes the network's formula right.
double slowdown(const profile::Network& plain, const Redistribution& redistribution,
                Seconds measured) {
  constexpr double least = 0.01;
  profile::Network twice = plain;
  twice.slowdown[redistribution.pattern] = 2;
  const Seconds once = plain.time(redistribution);
  const Seconds line = twice.time(redistribution) - once;
  return std::max(least, (measured - (once - line)) / line);
}

}  // namespace

profile::Network measure_network(const comm::Communicator& world, Seconds budget) {
  profile::Network network;
  if (world.size() < 2) return network;
  Stopwatch stopwatch(world);
  network.pairs = measure_pairs(stopwatch, budget);
  network.link = typical(network.pairs);
  const profile::Network plain = network;
  for (const Redistribution& redistribution : patterns(world.size())) {
    const Seconds measured = measure_pattern(stopwatch, redistribution, budget);
    network.slowdown[redistribution.pattern] = slowdown(plain, redistribution, measured);
  }
  return network;
}

}  // namespace shoal::runtime
