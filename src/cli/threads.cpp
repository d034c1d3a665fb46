#include "cli/threads.hpp"

#include <algorithm>
#include <thread>

namespace shoal::cli {

int threads_of_rank(int wanted, int ranks_on_host) {
  if (wanted > 0) return wanted;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / ranks_on_host);
}

}  // namespace shoal::cli
