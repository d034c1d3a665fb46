#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/option_kind.hpp"
#include "cli/usage_error.hpp"
#include "cli/verb.hpp"

namespace shoal::cli {

/// An option that has this value, or any where the value is empty.
struct Setting {
  std::string option;
  std::string value;
};

/// An option as a verb declares it: all that is checked of it.
struct Option {
  std::string name = {};  ///< `output`, or `output,o` with a letter of its own
  OptionKind takes = Flag{};
  std::string help = {};       ///< without bounds and default, which the help adds
  std::string otherwise = {};  ///< its value where it is not given
  std::string missing = {};    ///< where it must be given: what to do, as `shoal model lists them`
  std::vector<Setting> needs = {};  ///< without one of these it would do nothing and is refused
  std::vector<std::string> excludes = {};  ///< other options that say the same
  bool repeated = false;                   ///< may be given more than once
  bool word = false;                       ///< is given by its place, without a name
};

struct OptionGroup {
  std::string title;
  std::vector<Option> options;
};

/// A verb's command line.
struct Command {
  std::string verb;   ///< `run`, `weights init`
  std::string usage;  ///< behind `usage: shoal `
  std::vector<OptionGroup> groups;
  std::vector<std::string> words = {};  ///< options that words without a name go to, in order
};

/// Options of a command line, checked: each value is one that its option takes.
class OptionValues {
 public:
  /// Checks what was given by the declarations and adds the defaults.
  OptionValues(const Command& command, std::map<std::string, std::vector<std::string>> given);

  /// By the user, not by default.
  [[nodiscard]] bool given(const std::string& option) const { return given_.contains(option); }
  /// The options that were.
  [[nodiscard]] std::vector<std::string> given() const;
  /// Empty where there is neither a value nor a default.
  [[nodiscard]] std::string text(const std::string& option) const;
  /// Of an option that takes a Whole whose bounds a Value holds; 0 without a value.
  template <std::integral Value>
  [[nodiscard]] Value whole(const std::string& option) const {
    return static_cast<Value>(read_whole(option));
  }
  /// Of an option that takes a Number; 0 without a value.
  [[nodiscard]] double number(const std::string& option) const;
  /// Every value of an option that may be repeated.
  [[nodiscard]] std::vector<std::string> all(const std::string& option) const;

 private:
  [[nodiscard]] std::uint64_t read_whole(const std::string& option) const;

  std::map<std::string, std::vector<std::string>> given_;
  std::map<std::string, std::string> defaults_;
};

/// Reads the words of a verb. Prints the help and returns nothing where it was asked for. A
/// UsageError for what is unknown, out of range, missing, given twice or without effect.
std::optional<OptionValues> parse(Arguments arguments, const Command& command);

/// Whether the words ask for the help.
bool asks_for_help(Arguments arguments);

/// The help of a verb, no line longer than 80 columns.
std::string help_text(const Command& command);

}  // namespace shoal::cli
