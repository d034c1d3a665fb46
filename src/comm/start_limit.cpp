#include "comm/start_limit.hpp"

#include <array>
#include <charconv>
#include <cstdlib>
#include <string_view>

#include <unistd.h>

#include "shoal/base/error.hpp"

namespace shoal::comm {
namespace {

constexpr const char* variable = "SHOAL_START_TIMEOUT";

/// What launchers tell a rank its number by.
constexpr std::array ranks = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"};

}  // namespace

Seconds start_limit() {
  constexpr Seconds usual = 60;
  constexpr Seconds most = 86400;
  const char* const text = std::getenv(variable);
  if (text == nullptr) return usual;
  const std::string_view digits = text;
  Seconds limit = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), limit);
  if (error != std::errc() || end != digits.data() + digits.size() || limit < 0 || limit > most) {
    throw Error("{}={}: seconds, 0 to {:.0f}", variable, digits, most);
  }
  return limit;
}

std::string line_of_rank(const std::string& text) {
  const char* rank = "0";
  for (const char* const name : ranks) {
    if (const char* const value = std::getenv(name)) {
      rank = value;
      break;
    }
  }
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return fmt::format("shoal: rank {} on {}: {}", rank, host.data(), text);
}

}  // namespace shoal::comm
