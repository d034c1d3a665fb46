#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace shoal::cli {

/// Is given or not, without a value.
struct Flag {};

/// A whole number, both bounds included.
struct Whole {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
  std::string name = "N";  ///< in the help: what is counted
  std::string unit = {};   ///< behind the bounds: `0 to 10 frames`
};

/// A decimal number, both bounds included.
struct Number {
  double least = 0;
  double most = 0;
  std::string name = {};  ///< in the help: `SECONDS`
  std::string unit = {};  ///< behind the bounds: `0 to 10 seconds`
};

/// One of these words.
struct Word {
  std::string name = {};  ///< in the help: `TYPE`
  std::vector<std::string> words = {};
};

/// Words with a form of their own, which is checked where they are read.
struct Text {
  std::string name = {};  ///< in the help: `TEXT`
};

/// A file or a folder that is read.
struct ReadFile {
  std::string name = "FILE";
};

/// A file or a folder that is written.
struct WrittenFile {
  std::string name = "FILE";
};

/// Kind of value that an option takes.
using OptionKind = std::variant<Flag, Whole, Number, Word, Text, ReadFile, WrittenFile>;

/// Name of the value in the help; empty for a flag.
std::string value_name(const OptionKind& kind);

/// Values that are allowed: `0 to 1024`, `off or auto`; empty where any text is.
std::string allowed_values(const OptionKind& kind);

/// A UsageError in one line where `value` is none that the option takes. Numbers are decimal and
/// nothing else: no sign before a whole one, no spaces, no `0x`, no `nan` and no `inf`.
/// @param option as the user writes it: `--top`
void check_value(const std::string& option, const OptionKind& kind, const std::string& value);

/// `a, b or c`.
std::string listed(const std::vector<std::string>& words);

}  // namespace shoal::cli
