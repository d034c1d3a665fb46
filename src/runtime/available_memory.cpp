#include "shoal/runtime/available_memory.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>

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

/// The names of a control group's files in one of the two versions.
struct Files {
  const char* limit;
  const char* usage;
  const char* cache;  ///< of memory.stat: file pages that go when memory is wanted
};

constexpr Files version_1 = {"memory.limit_in_bytes", "memory.usage_in_bytes",
                             "total_inactive_file"};
constexpr Files version_2 = {"memory.max", "memory.current", "inactive_file"};

/// What a group still allows; a limit of `max` is none.
Bytes allowed_by(const std::string& group, const Files& files) {
  const auto limit = read_number(group + "/" + files.limit);
  const auto usage = read_number(group + "/" + files.usage);
  if (!limit || !usage) return unlimited;
  const Bytes cache = read_entry(group + "/memory.stat", files.cache).value_or(0);
  const Bytes held = *usage - std::min(*usage, cache);
  return *limit - std::min(*limit, held);
}

/// The same of a group and all that it is in.
Bytes allowed_up_from(const std::string& mount, std::string group, const Files& files) {
  Bytes least = allowed_by(mount, files);
  while (!group.empty() && group != "/") {
    least = std::min(least, allowed_by(mount + group, files));
    group.erase(group.rfind('/'));
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

}  // namespace

Bytes spare_memory(const program::Program& program, Rank rank, Bytes memory) {
  const program::Counts counts = program::count(program, rank);
  return memory - std::min(memory, counts.weights + counts.peak_activations + counts.ahead);
}

Bytes available_memory(const std::string& root) {
  constexpr Bytes kibibyte = 1024;
  const auto available = read_entry(root + "/proc/meminfo", "MemAvailable:");
  Bytes least = available ? *available * kibibyte : unlimited;
  // Lines are ID:CONTROLLERS:PATH; the one of version 2 has no controllers.
  std::ifstream groups(root + "/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string group = line.substr(second + 1);
    if (controllers.empty()) {
      least = std::min(least, allowed_up_from(root + "/sys/fs/cgroup", group, version_2));
    } else if (names_memory(controllers)) {
      least = std::min(least, allowed_up_from(root + "/sys/fs/cgroup/memory", group, version_1));
    }
  }
  return least;
}

}  // namespace shoal::runtime
