#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "shoal/base/units.hpp"

namespace shoal::comm {

/// A group of ranks that exchange messages apart from all others. Owns its MPI communicator. Every
/// member function but rank(), size() and handle() is collective: all members call it together.
class Communicator {
 public:
  /// All ranks of the job, with a communicator of its own.
  static Communicator world();

  Communicator(Communicator&&) noexcept;
  Communicator& operator=(Communicator&&) noexcept;
  ~Communicator();

  [[nodiscard]] Rank rank() const;
  [[nodiscard]] int size() const;

  /// The members of `members` (ranks of this communicator, ascending), in that order. Only they
  /// call it.
  [[nodiscard]] Communicator subgroup(std::span<const Rank> members) const;
  /// The same members, whose messages never meet those of this one.
  [[nodiscard]] Communicator duplicate() const;
  /// Number of ranks on this rank's host, and this rank's place among them. Collective.
  struct OnHost {
    int members = 1;
    int place = 0;
  };
  [[nodiscard]] OnHost on_host() const;

  /// `value` of `root`, on every member.
  [[nodiscard]] std::int64_t broadcast(std::int64_t value, Rank root) const;
  /// `text` of `root`, on every member.
  [[nodiscard]] std::string broadcast(const std::string& text, Rank root) const;
  /// `values` of `root`, to every member; as many everywhere.
  void broadcast(std::span<float> values, Rank root) const;
  /// Every member's text, in order of rank, on every member.
  [[nodiscard]] std::vector<std::string> gather_all(const std::string& text) const;
  /// Element by element the least of all members' values, which are as many everywhere.
  void minimum(std::span<double> values) const;
  /// Waits for all members.
  void barrier() const;

  /// For the rest of this module.
  struct Handle;
  [[nodiscard]] const Handle& handle() const { return *handle_; }

 private:
  explicit Communicator(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> handle_;
};

/// Seconds since some fixed moment in the past.
Seconds wall_time();

/// Ends a step that every rank takes by itself and that may fail on some of them (loading weights,
/// say): `error` is empty where all went well. Returns the message of the lowest rank that failed,
/// with the number of that rank in `rank`; empty where none did. Collective.
struct Verdict {
  Rank rank;
  std::string error;
};
Verdict agree(const Communicator& communicator, const std::string& error);

}  // namespace shoal::comm
