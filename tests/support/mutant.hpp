#pragma once

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

namespace shoal::testing {

/// How many damaged files are tried: `in_check` in `check`, many under the label
/// `long`.
inline int mutants(int in_check) {
  const char* const wanted = std::getenv("SHOAL_MUTANTS");
  return wanted == nullptr ? in_check : std::atoi(wanted);
}

inline std::string bytes_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Some bytes overwritten: at random, by what sizes and addresses of hostile files are made of. Now
/// and then the end is missing, or a whole stretch is zero, as a download that broke off leaves it.
inline std::string mutated(std::string bytes, std::mt19937& random) {
  const auto below = [&](std::size_t most) { return random() % most; };
  for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
    // Most of what the library parses is at the begin.
    const std::size_t range =
        below(2) == 0 ? bytes.size() : std::min<std::size_t>(4096, bytes.size());
    const std::size_t at = below(range);
    const auto overwrite = [&](std::size_t most, char by) {
      const std::size_t count = std::min(most, bytes.size() - at);
      bytes.replace(at, count, count, by);
    };
    switch (below(20)) {
      case 0:
        overwrite(4096, '\0');
        continue;
      case 1:
        bytes.resize(std::max<std::size_t>(at, 1));
        continue;
      default:
        break;
    }
    switch (below(5)) {
      case 0:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
        break;
      case 1:
        bytes[at] = static_cast<char>(below(256));
        break;
      case 2:
        overwrite(4, '\xff');
        break;
      case 3:
        overwrite(8, '\0');
        break;
      default: {
        const std::size_t from = below(bytes.size());
        const std::size_t count =
            std::min({std::size_t{16}, bytes.size() - at, bytes.size() - from});
        bytes.replace(at, count, std::string(bytes, from, count));
      }
    }
  }
  return bytes;
}

}  // namespace shoal::testing
