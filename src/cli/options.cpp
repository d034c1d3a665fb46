#include "cli/options.hpp"

#include <algorithm>
#include <charconv>

#include <boost/program_options.hpp>
#include <fmt/core.h>

#include "shoal/base/text.hpp"

#include "cli/file_roles.hpp"
#include "cli/suggestion.hpp"

namespace shoal::cli {
namespace {

namespace boost_options = boost::program_options;

/// Where boost puts words without a name that no option takes.
constexpr const char* surplus = "a word too many";

std::string long_name(const Option& option) {
  return option.name.substr(0, option.name.find(','));
}

/// As the user writes it.
std::string shown_name(const Option& option) {
  return option.word ? value_name(option.takes) : "--" + long_name(option);
}

std::vector<const Option*> all_options(const Command& command) {
  std::vector<const Option*> all;
  for (const OptionGroup& group : command.groups) {
    for (const Option& option : group.options) all.push_back(&option);
  }
  return all;
}

const Option& find(const Command& command, const std::string& name) {
  const auto all = all_options(command);
  return **std::find_if(all.begin(), all.end(),
                        [&](const Option* option) { return long_name(*option) == name; });
}

bool holds(const OptionValues& values, const Setting& setting) {
  return setting.value.empty() ? values.given(setting.option)
                               : values.text(setting.option) == setting.value;
}

/// `without --replan auto`, or `with show; it goes with make or explain`.
std::string why_without_effect(const Command& command, const OptionValues& values,
                               const Option& option) {
  const Option& first = find(command, option.needs.front().option);
  std::vector<std::string> alternatives;
  for (const Setting& setting : option.needs) {
    const Option& needed = find(command, setting.option);
    std::string text = needed.word && !setting.value.empty() ? "" : shown_name(needed);
    if (!setting.value.empty()) text += (text.empty() ? "" : " ") + setting.value;
    alternatives.push_back(text);
  }
  if (first.word && !option.needs.front().value.empty()) {
    return fmt::format("with {}; it goes with {}", values.text(long_name(first)),
                       listed(alternatives));
  }
  return "without " + listed(alternatives);
}

void check_together(const Command& command, const OptionValues& values, const Option& option) {
  if (!values.given(long_name(option))) {
    if (option.missing.empty()) return;
    throw UsageError("{} is missing; {}", shown_name(option), option.missing);
  }
  for (const std::string& other : option.excludes) {
    if (values.given(other)) {
      throw UsageError("give {} or {}, not both", shown_name(option),
                       shown_name(find(command, other)));
    }
  }
  const bool has_effect =
      option.needs.empty() ||
      std::any_of(option.needs.begin(), option.needs.end(),
                  [&](const Setting& setting) { return holds(values, setting); });
  if (has_effect) return;
  throw UsageError("{} does nothing {}", shown_name(option),
                   why_without_effect(command, values, option));
}

/// No option's file is written where another's is.
void check_files(const Command& command, const OptionValues& values) {
  std::vector<FileRole> files;
  for (const Option* option : all_options(command)) {
    const bool is_written = std::holds_alternative<WrittenFile>(option->takes);
    if (!is_written && !std::holds_alternative<ReadFile>(option->takes)) continue;
    for (const std::string& path : values.all(long_name(*option))) {
      files.push_back({shown_name(*option), path, is_written});
    }
  }
  check_file_roles(files);
}

boost_options::options_description declared_to_boost(const Command& command) {
  boost_options::options_description declared;
  for (const Option* option : all_options(command)) {
    if (std::holds_alternative<Flag>(option->takes)) {
      declared.add_options()(option->name.c_str(), "");
    } else {
      // Every occurrence is kept, so that one too many is refused here and by its name.
      declared.add_options()(option->name.c_str(),
                             boost_options::value<std::vector<std::string>>()->composing(), "");
    }
  }
  declared.add_options()("help,h", "");
  return declared;
}

std::vector<std::string> known_names(const Command& command) {
  std::vector<std::string> names = {"--help"};
  for (const Option* option : all_options(command)) {
    if (!option->word) names.push_back("--" + long_name(*option));
  }
  return names;
}

/// The words as options and their values, by boost; words without a name too many are refused.
std::vector<boost_options::option> tokens(Arguments arguments, const Command& command,
                                          const boost_options::options_description& declared) {
  boost_options::positional_options_description positional;
  for (const std::string& word : command.words) positional.add(word.c_str(), 1);
  positional.add(surplus, -1);
  // Written out in full, so that a new option never changes what an old command line means.
  using boost_options::command_line_style::allow_guessing;
  using boost_options::command_line_style::unix_style;
  return boost_options::command_line_parser({arguments.begin(), arguments.end()})
      .options(declared)
      .positional(positional)
      .style(unix_style & ~allow_guessing)
      .run()
      .options;
}

std::map<std::string, std::vector<std::string>> collect(
    const std::vector<boost_options::option>& tokens) {
  std::map<std::string, std::vector<std::string>> given;
  for (const boost_options::option& token : tokens) {
    if (token.string_key == surplus) {
      throw UsageError("unexpected word '{}'", printable(token.value.front(), 60));
    }
    std::vector<std::string>& values = given[token.string_key];
    values.push_back(token.value.empty() ? "" : token.value.front());
  }
  return given;
}

}  // namespace

OptionValues::OptionValues(const Command& command,
                           std::map<std::string, std::vector<std::string>> given)
    : given_(std::move(given)) {
  const auto all = all_options(command);
  for (const Option* option : all) {
    if (!option->otherwise.empty()) defaults_[long_name(*option)] = option->otherwise;
    const auto found = given_.find(long_name(*option));
    if (found == given_.end()) continue;
    if (found->second.size() > 1 && !option->repeated) {
      throw UsageError("{} is given twice", shown_name(*option));
    }
    for (const std::string& value : found->second) {
      check_value(shown_name(*option), option->takes, value);
    }
  }
  for (const Option* option : all) check_together(command, *this, *option);
  check_files(command, *this);
}

std::vector<std::string> OptionValues::given() const {
  std::vector<std::string> names;
  for (const auto& [name, values] : given_) names.push_back(name);
  return names;
}

std::string OptionValues::text(const std::string& option) const {
  if (const auto found = given_.find(option); found != given_.end()) return found->second.front();
  const auto fallback = defaults_.find(option);
  return fallback == defaults_.end() ? "" : fallback->second;
}

std::uint64_t OptionValues::read_whole(const std::string& option) const {
  const std::string value = text(option);
  std::uint64_t number = 0;
  std::from_chars(value.data(), value.data() + value.size(), number);
  return number;
}

double OptionValues::number(const std::string& option) const {
  const std::string value = text(option);
  double number = 0;
  std::from_chars(value.data(), value.data() + value.size(), number);
  return number;
}

std::vector<std::string> OptionValues::all(const std::string& option) const {
  const auto found = given_.find(option);
  return found == given_.end() ? std::vector<std::string>() : found->second;
}

bool asks_for_help(Arguments arguments) {
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const std::string& word) { return word == "--help" || word == "-h"; });
}

std::optional<OptionValues> parse(Arguments arguments, const Command& command) {
  if (asks_for_help(arguments)) {
    fmt::print("{}", help_text(command));
    return std::nullopt;
  }
  const auto refuse = [&](const std::string& why) -> UsageError {
    return UsageError("{}; shoal {} --help lists the options", why, command.verb);
  };
  const auto declared = declared_to_boost(command);
  try {
    return OptionValues(command, collect(tokens(arguments, command, declared)));
  } catch (const boost_options::unknown_option& error) {
    const std::string name = error.get_option_name();
    throw refuse(fmt::format("unknown option '{}'{}", printable(name, 60),
                             suggestion(name, known_names(command))));
  } catch (const boost_options::error& error) {
    throw refuse(printable(error.what(), 200));
  }
}

}  // namespace shoal::cli
