#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>

namespace shoal {

/// An extent, offset or count along an axis of a tensor. Signed, so that differences are safe.
using Index = std::int64_t;

/// A count of bytes.
using Bytes = std::uint64_t;

/// A duration in seconds.
using Seconds = double;

/// A rank of the whole job (MPI_COMM_WORLD), counted from 0.
struct Rank {
  int value = 0;
  friend auto operator<=>(Rank, Rank) = default;
};

/// `553.4 MB`: decimal units, four significant digits at most.
std::string human_bytes(Bytes bytes);

/// `30.9 GFLOP`: decimal units, four significant digits at most.
std::string human_count(double count, const std::string& unit);

}  // namespace shoal
