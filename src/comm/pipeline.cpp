#include "comm/pipeline.hpp"

#include <algorithm>
#include <functional>

namespace shoal::comm {
namespace {

/// Long beside what a message costs, short beside a feature map: what a chain of 8 takes longer
/// than one message is 7 of these. And short enough for MPI to send it without asking first whether
/// it is expected, as Open MPI does over TCP up to 64 kB, header and all: each question and answer
/// would wait in line behind what was sent before.
constexpr Index segment = 8192;

/// What a line of 100 Mbit/s carries in 40 ms: more than any answer takes.
constexpr std::size_t window = 16;

}  // namespace

std::vector<std::span<float>> segments_of(std::span<float> values) {
  std::vector<std::span<float>> segments;
  append_segments(segments, values);
  return segments;
}

void append_segments(std::vector<std::span<float>>& segments, std::span<float> values) {
  for (; !values.empty(); values = values.subspan(segments.back().size())) {
    segments.push_back(values.first(std::min<std::size_t>(values.size(), segment)));
  }
}

Summands::Summands(const Communicator& group, std::span<const std::span<float>> sums, int from,
                   std::span<float> scratch)
    : sums_(sums), from_(from), scratch_(scratch), requests_(group) {
  for (std::size_t i = 0; i < std::min(window, sums_.size()); ++i) expect(i);
}

Index Summands::scratch(Index longest) {
  return Index{window} * std::min(longest, segment);
}

std::span<float> Summands::place(std::size_t i) const {
  return scratch_.subspan(i % window * (scratch_.size() / window), sums_[i].size());
}

void Summands::add(std::size_t i) {
  requests_.wait(i);
  const std::span<float> sum = sums_[i];
  std::transform(sum.begin(), sum.end(), place(i).begin(), sum.begin(), std::plus<>());
  if (i + window < sums_.size()) expect(i + window);
}

void Sums::send(std::span<const float> values) {
  if (sent_ >= window) requests_.wait(sent_ - window);
  requests_.send_synchronously(values, to_);
  ++sent_;
}

std::size_t Sums::ahead() {
  return window;
}

}  // namespace shoal::comm
