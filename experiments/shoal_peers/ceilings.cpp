// ceilings THREADS: what the processor can do at most, in a line: how many threads, the rate of
// fused multiplications and additions (GFLOP/s) and that of reading memory (GB/s), all threads
// together, the best of several repeats.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <numeric>
#include <thread>
#include <vector>

// Compiled once for each kind of vectors that the processor may have.
// NOLINTBEGIN(cppcoreguidelines-macro-usage)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "shoal_peers/ceilings.cpp"
// NOLINTEND(cppcoreguidelines-macro-usage)
#include "kernels/vectors.hpp"

HWY_BEFORE_NAMESPACE();
namespace shoal::kernels::HWY_NAMESPACE {

/// Enough sums that no multiplication waits for the one before.
constexpr std::size_t sums_at_once = registers == 32 ? 24 : 12;

/// @return the number of floating-point operations
double multiply_add(std::size_t times, float& result) {
  const Tag tag;
  std::array<Vector, sums_at_once> sums;
#pragma GCC unroll 32
  for (std::size_t i = 0; i < sums_at_once; ++i) sums[i] = hn::Set(tag, static_cast<float>(i));
  const Vector factor = hn::Set(tag, 0.999F + result);
  const Vector addend = hn::Set(tag, 0.001F + result);
  for (std::size_t n = 0; n < times; ++n) {
#pragma GCC unroll 32
    for (Vector& sum : sums) sum = hn::MulAdd(sum, factor, addend);
  }
  for (const Vector& sum : sums) result += hn::GetLane(hn::SumOfLanes(tag, sum));
  return 2.0 * static_cast<double>(times * sums_at_once) * lanes;
}

/// From several places at once, which keeps more of memory's requests under way than one.
float add_up(const float* from, std::size_t count) {
  constexpr std::size_t places = 4;
  const Tag tag;
  std::array<Vector, places> sums;
  sums.fill(hn::Zero(tag));
  // Not a power of two: the places would contend for the same lines of the caches.
  const std::size_t distance = count / places / lanes * lanes - 37 * lanes;
  for (std::size_t n = 0; n + lanes <= distance; n += lanes) {
#pragma GCC unroll 4
    for (std::size_t i = 0; i < places; ++i) {
      sums[i] = hn::Add(sums[i], hn::LoadU(tag, from + i * distance + n));
    }
  }
  float result = 0;
  for (const Vector& sum : sums) result += hn::GetLane(hn::SumOfLanes(tag, sum));
  return result;
}

}  // namespace shoal::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace shoal::kernels {
namespace {

HWY_EXPORT(multiply_add);
HWY_EXPORT(add_up);

constexpr int repeats = 15;
constexpr std::size_t multiplications = 4'000'000;
/// Floats for each thread: more than the last cache holds.
constexpr std::size_t floats = std::size_t{64} << 20;

double seconds_of(int threads, const std::function<void(std::size_t)>& work) {
  const auto began = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> running;
    for (int i = 0; i < threads; ++i) running.emplace_back(work, static_cast<std::size_t>(i));
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

void measure(int threads) {
  std::vector<std::vector<float>> memory(static_cast<std::size_t>(threads));
  seconds_of(threads, [&](std::size_t i) { memory[i].assign(floats, 1.0F); });
  std::vector<float> results(memory.size());
  std::vector<double> operations(memory.size());
  double rate = 0;
  double bandwidth = 0;
  for (int i = 0; i < repeats; ++i) {
    const double computing = seconds_of(threads, [&](std::size_t thread) {
      float result = 0;
      operations[thread] = HWY_DYNAMIC_DISPATCH(multiply_add)(multiplications, result);
      results[thread] = result;
    });
    rate = std::max(rate, std::reduce(operations.begin(), operations.end()) / computing);
    const double reading = seconds_of(threads, [&](std::size_t thread) {
      results[thread] += HWY_DYNAMIC_DISPATCH(add_up)(memory[thread].data(), floats);
    });
    bandwidth =
        std::max(bandwidth, threads * static_cast<double>(floats * sizeof(float)) / reading);
  }
  // Told apart from zero, so that no compiler leaves the work out.
  if (std::reduce(results.begin(), results.end()) == 0) std::exit(EXIT_FAILURE);
  std::printf("%d %.1f %.1f\n", threads, rate / 1e9, bandwidth / 1e9);
}

}  // namespace
}  // namespace shoal::kernels

int main(int count, char** words) {
  if (count != 2 || std::atoi(words[1]) < 1) {
    std::fputs("usage: ceilings THREADS\n", stderr);
    return EXIT_FAILURE;
  }
  shoal::kernels::measure(std::atoi(words[1]));
}
#endif
