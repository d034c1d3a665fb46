#include "cli/slowdown.hpp"

#include <charconv>
#include <string_view>

#include "shoal/base/error.hpp"

namespace shoal::cli {
namespace {

/// All of the text as a number, if it is one.
template <typename Number>
bool read(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

options::options_description slowdown_option() {
  options::options_description declared;
  declared.add_options()(
      "slow", options::value<std::vector<std::string>>()->composing(),
      "[RANK:]FACTOR[@FRAME]: to compute takes the rank, or every one, FACTOR times as long, from "
      "that frame on: for tests, and for quick computers that pass for slow ones");
  return declared;
}

std::vector<runtime::Slowdown> parse_slowdowns(const options::variables_map& values) {
  std::vector<runtime::Slowdown> slowdowns;
  if (!values.contains("slow")) return slowdowns;
  for (const auto& text : values["slow"].as<std::vector<std::string>>()) {
    slowdowns.push_back(parse_slowdown(text));
  }
  return slowdowns;
}

runtime::Slowdown parse_slowdown(const std::string& text) {
  runtime::Slowdown slowdown;
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
    throw Error("--slow is [RANK:]FACTOR[@FRAME] such as 8 or 1:3@50, not '{}'", text);
  }
  return slowdown;
}

}  // namespace shoal::cli
