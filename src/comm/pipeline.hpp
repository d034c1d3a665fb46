#pragma once

#include <span>
#include <vector>

#include "shoal/comm/communicator.hpp"

#include "comm/requests.hpp"

namespace shoal::comm {

/// Segments in which a run of floats is sent, so that a rank that passes it on need not wait for
/// all of it.
std::vector<std::span<float>> segments_of(std::span<float> values);
void append_segments(std::vector<std::span<float>>& segments, std::span<float> values);

/// Segments that arrive to be added to a member's own: in turn in each of a few places, where the
/// next one is expected as soon as the last one was added.
class Summands {
 public:
  /// @param sums one for each segment that arrives; must outlive this
  /// @param scratch scratch() floats of the longest run that has segments among the sums
  Summands(const Communicator& group, std::span<const std::span<float>> sums, int from,
           std::span<float> scratch);
  static Index scratch(Index longest);

  /// Waits for the `i`th and adds it to the sum; called once for each, in order.
  void add(std::size_t i);

 private:
  void expect(std::size_t i) { requests_.receive(place(i), from_); }
  [[nodiscard]] std::span<float> place(std::size_t i) const;

  std::span<const std::span<float>> sums_;
  int from_;
  std::span<float> scratch_;
  Requests requests_;
};

/// Sends segments to a member's Summands, at most so many ahead of them that these need no memory
/// but their own.
class Sums {
 public:
  Sums(const Communicator& group, int to) : to_(to), requests_(group) {}

  void send(std::span<const float> segment);
  void wait() { requests_.wait(); }
  [[nodiscard]] std::size_t sent() const { return sent_; }
  /// That many can be sent before the first one was taken.
  static std::size_t ahead();

 private:
  int to_;
  std::size_t sent_ = 0;
  Requests requests_;
};

}  // namespace shoal::comm
