#include "shoal/base/units.hpp"

#include <array>

#include <fmt/core.h>

namespace shoal {
namespace {

std::string scaled(double value, const std::string& unit) {
  constexpr std::array prefixes = {"", "k", "M", "G", "T", "P"};
  std::size_t step = 0;
  while (value >= 999.95 && step + 1 < prefixes.size()) {
    value /= 1000;
    ++step;
  }
  return step == 0 ? fmt::format("{:.0f} {}", value, unit)
                   : fmt::format("{:.1f} {}{}", value, prefixes[step], unit);
}

}  // namespace

std::string human_bytes(Bytes bytes) {
  return scaled(static_cast<double>(bytes), "B");
}

std::string human_count(double count, const std::string& unit) {
  return scaled(count, unit);
}

}  // namespace shoal
