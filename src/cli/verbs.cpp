#include <array>

#include "cli/verb.hpp"

namespace shoal::cli {

std::span<const Verb> verbs() {
  static constexpr std::array<Verb, 0> table{};
  return table;
}

}  // namespace shoal::cli
