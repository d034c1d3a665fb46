#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace shoal::runtime {

/// Steps between which something lies in memory, both included.
struct Lifetime {
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t floats = 0;
};

/// One piece of memory in which several things lie, at the same place where their times differ.
struct Arena {
  std::size_t floats = 0;
  std::vector<std::size_t> offsets;  ///< by lifetime, each at the begin of a cache line
};

/// One after the other, each in the smallest gap between those that live at the same time: the
/// largest first ("greedy by size" of Pisarchyk and Lee, Efficient Memory Management for Deep
/// Neural Net Inference, 2020, arXiv 2001.03288), or in another order where that needs less.
Arena arrange(std::span<const Lifetime> lifetimes);

}  // namespace shoal::runtime
