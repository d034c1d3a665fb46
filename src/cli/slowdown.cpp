#include "cli/slowdown.hpp"

#include <charconv>
#include <string_view>

#include <fmt/core.h>

#include "shoal/base/text.hpp"

namespace shoal::cli {
namespace {

/// All of the text as a number, if it is one.
template <typename Number>
bool read(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

Option slowdown_option() {
  return {.name = "slow",
          .takes = Text{"[RANK:]FACTOR[@FRAME]"},
          .help =
              "compute FACTOR times as slowly, on this rank or on all, from this frame on: for "
              "tests, and for fast computers that stand for slow ones",
          .repeated = true};
}

std::vector<runtime::ThrottleSpec> parse_slowdowns(const OptionValues& values) {
  std::vector<runtime::ThrottleSpec> slowdowns;
  for (const std::string& text : values.all("slow")) slowdowns.push_back(parse_slowdown(text));
  return slowdowns;
}

void expect_ranks(const std::vector<runtime::ThrottleSpec>& slowdowns, int ranks) {
  for (const runtime::ThrottleSpec& one : slowdowns) {
    if (!one.rank || one.rank->value < ranks) continue;
    throw UsageError("--slow {}:{:g} does nothing: there {} {}, counted from 0", one.rank->value,
                     one.factor, ranks == 1 ? "is" : "are",
                     counted(static_cast<std::uint64_t>(ranks), "rank"));
  }
}

runtime::ThrottleSpec parse_slowdown(const std::string& text) {
  runtime::ThrottleSpec slowdown;
  std::string_view factor = text;
  bool understood = true;
  if (const auto colon = factor.find(':'); colon != std::string_view::npos) {
    understood = read(factor.substr(0, colon), slowdown.rank.emplace().value);
    factor.remove_prefix(colon + 1);
  }
  if (const auto at = factor.find('@'); at != std::string_view::npos) {
    understood = read(factor.substr(at + 1), slowdown.from_frame) && understood;
    factor = factor.substr(0, at);
  }
  understood = read(factor, slowdown.factor) && understood;
  if (!understood || slowdown.rank.value_or(Rank{0}).value < 0 || slowdown.from_frame < 0 ||
      !(slowdown.factor >= 1 && slowdown.factor <= 1e6)) {
    throw UsageError("--slow is [RANK:]FACTOR[@FRAME] such as 8 or 1:3@50, not '{}'",
                     printable(text, 60));
  }
  return slowdown;
}

}  // namespace shoal::cli
