#include "cli/option_kind.hpp"

#include <algorithm>
#include <charconv>
#include <type_traits>

#include <fmt/core.h>

#include "shoal/base/text.hpp"

#include "cli/suggestion.hpp"
#include "cli/usage_error.hpp"

namespace shoal::cli {
namespace {

/// More than any path, list of hosts or `--split` has; the system's own bound for one word is twice
/// as much.
constexpr std::size_t longest_value = 65536;
constexpr std::size_t shown_characters = 60;

template <typename... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <typename... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

/// All of the text as a number within the bounds.
template <typename Value>
bool is_within(const std::string& text, Value least, Value most) {
  Value value{};
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  return result.ec == std::errc() && result.ptr == end && value >= least && value <= most;
}

/// `0.000001`, not `1e-06`.
std::string plain(double number) {
  std::string text = fmt::format("{:.9f}", number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string with_unit(const std::string& range, const std::string& unit) {
  return unit.empty() ? range : range + " " + unit;
}

bool is_allowed(const OptionKind& kind, const std::string& value) {
  return std::visit(
      Overloaded{
          [&](const Whole& whole) { return is_within(value, whole.least, whole.most); },
          [&](const Number& number) { return is_within(value, number.least, number.most); },
          [&](const Word& word) {
            return std::find(word.words.begin(), word.words.end(), value) != word.words.end();
          },
          [](const auto& /*any text*/) { return true; },
      },
      kind);
}

}  // namespace

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

std::string value_name(const OptionKind& kind) {
  return std::visit(
      [](const auto& one) -> std::string {
        if constexpr (std::is_same_v<std::decay_t<decltype(one)>, Flag>)
          return {};
        else
          return one.name;
      },
      kind);
}

std::string allowed_values(const OptionKind& kind) {
  return std::visit(
      Overloaded{
          [](const Whole& whole) {
            return with_unit(fmt::format("{} to {}", whole.least, whole.most), whole.unit);
          },
          [](const Number& number) {
            return with_unit(fmt::format("{} to {}", plain(number.least), plain(number.most)),
                             number.unit);
          },
          [](const Word& word) { return listed(word.words); },
          [](const auto& /*any text*/) { return std::string(); },
      },
      kind);
}

void check_value(const std::string& option, const OptionKind& kind, const std::string& value) {
  if (std::holds_alternative<Flag>(kind)) return;
  const std::string allowed = allowed_values(kind);
  const std::string wanted = allowed.empty() ? value_name(kind) : allowed;
  if (value.empty()) throw UsageError("{} has an empty value; it takes {}", option, wanted);
  if (value.size() > longest_value) {
    throw UsageError("{} has a value of {} bytes; {} is the most", option, value.size(),
                     longest_value);
  }
  if (is_allowed(kind, value)) return;
  std::string hint;
  if (const auto* word = std::get_if<Word>(&kind)) hint = suggestion(value, word->words);
  throw UsageError("{} is {}, not '{}'{}", option, allowed, printable(value, shown_characters),
                   hint);
}

}  // namespace shoal::cli
