#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>

#include "cli/answers.hpp"

namespace shoal::cli {

/// Part that a line has in a file of answers.
enum class LineRole {
  head,     ///< stands before the answers
  part,     ///< of an answer that goes on
  last,     ///< of an answer: it is whole
  also,     ///< belongs to the answer that was whole already
  end,      ///< stands behind the answers
  foreign,  ///< none
};

/// Place of a line: how many answers and how many lines of this one are before it.
struct LinePlace {
  std::size_t answers = 0;
  std::size_t lines = 0;
  std::size_t guesses = 0;  ///< of each answer
};

/// A way of writing answers as text, lines that are written at once, so that a file ends with a
/// whole answer wherever the run ends.
class AnswerText {
 public:
  AnswerText() = default;
  AnswerText(const AnswerText&) = delete;
  AnswerText& operator=(const AnswerText&) = delete;
  virtual ~AnswerText() = default;

  /// Stands before the answers.
  [[nodiscard]] virtual std::string head() const { return {}; }
  [[nodiscard]] virtual std::string text(const Answer& answer) const = 0;
  /// Stands behind the answers.
  /// @param reason why these are not all; empty where they are
  [[nodiscard]] virtual std::string end(std::size_t answers, const std::string& reason) const = 0;
  /// @param line without its end
  /// @param label gets the answer's, if the line tells it
  [[nodiscard]] virtual LineRole role(const std::string& line, const LinePlace& place,
                                      std::string& label) const = 0;
};

/// For people: the input's name, then a line for each guess.
std::unique_ptr<AnswerText> plain_text();
/// An object a line: `frame`, `input`, `seconds` and `top`, or `error`; last `end` and `answers`.
std::unique_ptr<AnswerText> json_lines();
/// A row for each guess, under names of columns. Nothing in it says whether it is whole.
std::unique_ptr<AnswerText> comma_separated();

/// Whole answers at the begin of a file.
struct TextContents {
  std::size_t answers = 0;
  std::string last_label;
  std::int64_t bytes = 0;   ///< of them, and of what stands before them
  bool is_foreign = false;  ///< the file begins with something else
};

/// Reads a file up to the first thing that is no whole answer.
TextContents read_answers(std::istream& file, const AnswerText& text, std::size_t guesses);

}  // namespace shoal::cli
