#include "shoal/runtime/available_memory.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <vector>

#include "shoal/program/counts.hpp"

namespace shoal::runtime {
namespace {

constexpr Bytes unlimited = std::numeric_limits<Bytes>::max();

std::optional<Bytes> read_number(const std::string& path) {
  std::ifstream file(path);
  Bytes number = 0;
  if (file >> number) return number;
  return std::nullopt;
}

/// The number behind a word at the beginning of a line.
std::optional<Bytes> read_entry(const std::string& path, const std::string& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word;
    Bytes number = 0;
    if (words >> word >> number && word == key) return number;
  }
  return std::nullopt;
}

/// What of a control group's files to read, in one of the two versions.
struct Files {
  const char* limit;
  const char* usage;
  const char* cache;  ///< of memory.stat: file pages that go when memory is wanted; null: none
};

constexpr Files memory_1 = {"memory.limit_in_bytes", "memory.usage_in_bytes",
                            "total_inactive_file"};
constexpr Files memory_and_swap_1 = {"memory.memsw.limit_in_bytes", "memory.memsw.usage_in_bytes",
                                     "total_inactive_file"};
constexpr Files memory_2 = {"memory.max", "memory.current", "inactive_file"};
constexpr Files swap_2 = {"memory.swap.max", "memory.swap.current", nullptr};

/// What a group still allows; a limit of `max` is none.
Bytes allowed_by(const std::string& group, const Files& files) {
  const auto limit = read_number(group + "/" + files.limit);
  const auto usage = read_number(group + "/" + files.usage);
  if (!limit || !usage) return unlimited;
  const Bytes cache =
      files.cache != nullptr ? read_entry(group + "/memory.stat", files.cache).value_or(0) : 0;
  const Bytes held = *usage - std::min(*usage, cache);
  return *limit - std::min(*limit, held);
}

/// A control group that this process is in.
struct Group {
  std::string mount;
  std::string path;  ///< below the mount
  bool is_version_2 = false;
};

/// The same of a group and all that it is in.
Bytes allowed_up_from(const Group& group, const Files& files) {
  Bytes least = allowed_by(group.mount, files);
  for (std::string path = group.path; !path.empty() && path != "/"; path.erase(path.rfind('/'))) {
    least = std::min(least, allowed_by(group.mount + path, files));
  }
  return least;
}

bool names_memory(const std::string& controllers) {
  std::istringstream list(controllers);
  for (std::string one; std::getline(list, one, ',');) {
    if (one == "memory") return true;
  }
  return false;
}

/// Those of this process that may limit memory.
std::vector<Group> groups_of_process(const std::string& root) {
  std::vector<Group> result;
  // Lines are ID:CONTROLLERS:PATH; the one of version 2 has no controllers.
  std::ifstream groups(root + "/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1);
    if (controllers.empty()) {
      result.push_back({root + "/sys/fs/cgroup", path, true});
    } else if (names_memory(controllers)) {
      result.push_back({root + "/sys/fs/cgroup/memory", path, false});
    }
  }
  return result;
}

/// Of /proc/meminfo.
Bytes of_host(const std::string& root, const char* key, Bytes otherwise) {
  constexpr Bytes kibibyte = 1024;
  const auto found = read_entry(root + "/proc/meminfo", key);
  return found ? *found * kibibyte : otherwise;
}

}  // namespace

Bytes spare_memory(const program::Program& program, Rank rank, Bytes memory) {
  const program::Counts counts = program::count(program, rank);
  return memory - std::min(memory, counts.weights + counts.peak_activations + counts.ahead);
}

Bytes available_memory(const std::string& root) {
  Bytes least = of_host(root, "MemAvailable:", unlimited);
  for (const Group& group : groups_of_process(root)) {
    least = std::min(least, allowed_up_from(group, group.is_version_2 ? memory_2 : memory_1));
  }
  return least;
}

Bytes available_memory_and_swap(const std::string& root) {
  Bytes swap = of_host(root, "SwapFree:", 0);
  Bytes together = unlimited;
  for (const Group& group : groups_of_process(root)) {
    // Version 1 limits both together, version 2 each.
    if (group.is_version_2) {
      swap = std::min(swap, allowed_up_from(group, swap_2));
    } else {
      together = std::min(together, allowed_up_from(group, memory_and_swap_1));
    }
  }
  const Bytes memory = available_memory(root);
  return std::min(together, memory > unlimited - swap ? unlimited : memory + swap);
}

}  // namespace shoal::runtime
