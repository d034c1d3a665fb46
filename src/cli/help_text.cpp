#include <sstream>

#include <fmt/core.h>

#include "shoal/base/text.hpp"

#include "cli/options.hpp"

namespace shoal::cli {
namespace {

constexpr std::size_t columns = 80;
constexpr std::size_t help_column = 26;

/// `-o, --output FILE`, or `FILE` of a word that is given by its place.
std::string left_side(const Option& option) {
  const std::string value = value_name(option.takes);
  if (option.word) return "  " + value;
  const std::size_t comma = option.name.find(',');
  std::string text =
      comma == std::string::npos ? "  " : "  -" + option.name.substr(comma + 1) + ", ";
  text += "--" + option.name.substr(0, comma);
  return value.empty() ? text : text + " " + value;
}

/// What it does, which values there are, and which it has by itself.
std::string right_side(const Option& option) {
  const std::string allowed = allowed_values(option.takes);
  std::string facts = std::holds_alternative<Word>(option.takes) ? "" : allowed;
  if (!option.otherwise.empty()) {
    facts += fmt::format("{}default {}", facts.empty() ? "" : "; ", option.otherwise);
  }
  std::string text = option.help;
  if (std::holds_alternative<Word>(option.takes))
    text = allowed + (text.empty() ? "" : ": " + text);
  return facts.empty() ? text : fmt::format("{} ({})", text, facts);
}

std::string line_of(const Option& option) {
  std::string text;
  std::string line = left_side(option);
  const auto to_help_column = [&] { line.resize(std::max(help_column, line.size()), ' '); };
  if (line.size() + 2 > help_column) {
    text += line + "\n";
    line.clear();
  }
  to_help_column();
  std::istringstream words(right_side(option));
  for (std::string word; words >> word;) {
    const bool begins = line.find_first_not_of(' ', help_column) == std::string::npos;
    if (!begins && text_width(line) + 1 + text_width(word) > columns) {
      text += line + "\n";
      line.clear();
      to_help_column();
      line += word;
    } else {
      line += (begins ? "" : " ") + word;
    }
  }
  return text + line + "\n";
}

}  // namespace

std::string help_text(const Command& command) {
  std::string text = fmt::format("usage: shoal {}\n", command.usage);
  for (const OptionGroup& group : command.groups) {
    text += fmt::format("\n{}:\n", group.title);
    for (const Option& option : group.options) text += line_of(option);
  }
  return text + "\n  -h, --help              print this\n";
}

}  // namespace shoal::cli
