#include "runtime/arena.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "shoal/base/aligned_buffer.hpp"

namespace shoal::runtime {
namespace {

std::size_t in_lines(std::size_t floats) {
  constexpr std::size_t line = AlignedBuffer::alignment / sizeof(float);
  return (floats + line - 1) / line * line;
}

bool meet(const Lifetime& one, const Lifetime& other) {
  return one.first <= other.last && other.first <= one.last;
}

struct Taken {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Where the smallest gap that holds `floats` begins; behind all that is taken where none does.
std::size_t place(std::vector<Taken> taken, std::size_t floats) {
  std::sort(taken.begin(), taken.end(),
            [](const Taken& one, const Taken& other) { return one.begin < other.begin; });
  std::size_t end = 0;
  std::size_t best = 0;
  std::size_t smallest = std::numeric_limits<std::size_t>::max();
  for (const Taken& one : taken) {
    if (one.begin >= end + floats && one.begin - end < smallest) {
      best = end;
      smallest = one.begin - end;
    }
    end = std::max(end, one.end);
  }
  return smallest == std::numeric_limits<std::size_t>::max() ? end : best;
}

using Order = bool (*)(const Lifetime& one, const Lifetime& other);

bool is_larger(const Lifetime& one, const Lifetime& other) {
  return one.floats > other.floats;
}

bool begins_before(const Lifetime& one, const Lifetime& other) {
  return one.first < other.first;
}

bool lasts_longer(const Lifetime& one, const Lifetime& other) {
  return one.last - one.first > other.last - other.first;
}

Arena arrange_by(Order order, std::span<const Lifetime> lifetimes) {
  std::vector<std::size_t> numbers(lifetimes.size());
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  std::stable_sort(numbers.begin(), numbers.end(), [&](std::size_t one, std::size_t other) {
    return order(lifetimes[one], lifetimes[other]);
  });
  Arena arena{0, std::vector<std::size_t>(lifetimes.size())};
  for (auto next = numbers.begin(); next != numbers.end(); ++next) {
    std::vector<Taken> taken;
    for (auto placed = numbers.begin(); placed != next; ++placed) {
      if (!meet(lifetimes[*placed], lifetimes[*next])) continue;
      const std::size_t begin = arena.offsets[*placed];
      taken.push_back({begin, begin + in_lines(lifetimes[*placed].floats)});
    }
    const std::size_t floats = in_lines(lifetimes[*next].floats);
    arena.offsets[*next] = place(std::move(taken), floats);
    arena.floats = std::max(arena.floats, arena.offsets[*next] + floats);
  }
  return arena;
}

}  // namespace

Arena arrange(std::span<const Lifetime> lifetimes) {
  Arena best = arrange_by(is_larger, lifetimes);
  for (const Order order : {begins_before, lasts_longer}) {
    Arena other = arrange_by(order, lifetimes);
    if (other.floats < best.floats) best = std::move(other);
  }
  return best;
}

}  // namespace shoal::runtime
