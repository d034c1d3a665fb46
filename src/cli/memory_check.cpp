#include "cli/memory_check.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include <fmt/core.h>

#include "shoal/comm/environment.hpp"
#include "shoal/runtime/available_memory.hpp"
#include "shoal/runtime/memory_need.hpp"

#include "cli/together.hpp"

namespace shoal::cli {
namespace {

struct HostNeeds {
  std::vector<runtime::MemoryNeed> ranks;
  bool is_first = true;  ///< whether this rank is the host's first
};

/// Of all ranks on this one's host. Collective.
HostNeeds gather(const comm::Communicator& world, const runtime::MemoryNeed& own) {
  const std::string host = comm::host_name();
  HostNeeds result;
  int rank = 0;
  for (const std::string& text :
       world.gather_all(fmt::format("{} {} {}", own.least, own.usual, host))) {
    std::istringstream words(text);
    runtime::MemoryNeed need;
    std::string name;
    words >> need.least >> need.usual >> name;
    if (name == host) {
      result.ranks.push_back(need);
      result.is_first = result.is_first && rank >= world.rank().value;
    }
    ++rank;
  }
  return result;
}

}  // namespace

void check_memory_of_hosts(const comm::Communicator& world,
                           const std::vector<program::Program>& lanes, const std::string& weights,
                           Bytes besides) {
  // Before the others load anything: gathering waits for them.
  const runtime::HostMemory host = {runtime::available_memory(),
                                    runtime::available_memory_and_swap()};
  runtime::MemoryNeed own =
      runtime::memory_need(lanes, world.rank(), std::filesystem::is_directory(weights));
  own.least += besides;
  own.usual += besides;
  const HostNeeds needs = gather(world, own);
  together(world, [&] {
    const auto warning = runtime::check_memory(needs.ranks, own, host);
    if (warning && needs.is_first) {
      fmt::print(stderr, "shoal: rank {} on {}: {}\n", world.rank().value, comm::host_name(),
                 *warning);
    }
  });
}

Bytes spare_memory(const std::vector<program::Program>& lanes, Rank rank, int ranks_on_host) {
  const Bytes share = runtime::available_memory() / static_cast<Bytes>(ranks_on_host);
  Bytes spare = share - std::min(share, runtime::process_memory);
  for (const program::Program& lane : lanes) spare = runtime::spare_memory(lane, rank, spare);
  return spare;
}

}  // namespace shoal::cli
