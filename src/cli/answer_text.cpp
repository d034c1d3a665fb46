#include "cli/answer_text.hpp"

#include <algorithm>
#include <istream>
#include <vector>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "shoal/base/text.hpp"

namespace shoal::cli {
namespace {

bool begins_with(const std::string& line, const std::string& begin) {
  return line.rfind(begin, 0) == 0;
}

class PlainText final : public AnswerText {
 public:
  [[nodiscard]] std::string text(const Answer& answer) const override {
    std::string text = printable(answer.label) + "\n";
    if (!answer.error.empty()) return text + failed + printable(answer.error) + "\n";
    for (const Guess& guess : answer.guesses) {
      text += fmt::format("  {:>5.1f} %  {}{}{}\n", 100 * static_cast<double>(guess.probability),
                          guess.index, guess.label.empty() ? "" : "  ", guess.label);
    }
    return text;
  }

  [[nodiscard]] std::string end(std::size_t answers, const std::string& reason) const override {
    if (reason.empty()) return fmt::format("complete: {} answers\n", answers);
    return fmt::format("partial: {} answers: {}\n", answers, printable(reason));
  }

  [[nodiscard]] LineRole role(const std::string& line, const LinePlace& place,
                              std::string& label) const override {
    if (place.lines > 0) {
      if (place.lines == 1 && begins_with(line, failed)) return LineRole::last;
      if (!begins_with(line, "  ")) return LineRole::foreign;
      return place.lines == place.guesses ? LineRole::last : LineRole::part;
    }
    for (const char* state : {"partial", "complete"}) {
      if (begins_with(line, fmt::format("{}: {} answers", state, place.answers))) {
        return LineRole::end;
      }
    }
    if (place.guesses == 0 && place.answers > 0 && begins_with(line, failed)) return LineRole::also;
    label = line;
    return place.guesses == 0 ? LineRole::last : LineRole::part;
  }

 private:
  static constexpr const char* failed = "  error: ";
};

class JsonLines final : public AnswerText {
 public:
  [[nodiscard]] std::string text(const Answer& answer) const override {
    nlohmann::ordered_json line;
    line["frame"] = answer.frame;
    line["input"] = answer.label;
    if (answer.error.empty()) {
      line["seconds"] = answer.seconds;
      line["top"] = guesses(answer);
    } else {
      line["error"] = answer.error;
    }
    return dump(line);
  }

  [[nodiscard]] std::string end(std::size_t answers, const std::string& reason) const override {
    nlohmann::ordered_json line;
    line["end"] = reason.empty() ? "complete" : "partial";
    line["answers"] = answers;
    if (!reason.empty()) line["reason"] = reason;
    return dump(line);
  }

  [[nodiscard]] LineRole role(const std::string& line, const LinePlace& place,
                              std::string& label) const override {
    const auto value = nlohmann::json::parse(line, nullptr, false);
    if (!value.is_object()) return LineRole::foreign;
    if (value.contains("end")) return LineRole::end;
    if (value.value("frame", nlohmann::json()) != place.answers) return LineRole::foreign;
    const auto input = value.value("input", nlohmann::json());
    if (!input.is_string()) return LineRole::foreign;
    label = input.get<std::string>();
    return LineRole::last;
  }

 private:
  static nlohmann::ordered_json guesses(const Answer& answer) {
    auto list = nlohmann::ordered_json::array();
    for (const Guess& guess : answer.guesses) {
      nlohmann::ordered_json entry;
      entry["class"] = guess.index;
      if (!guess.label.empty()) entry["label"] = guess.label;
      entry["probability"] = guess.probability;
      list.push_back(std::move(entry));
    }
    return list;
  }

  static std::string dump(const nlohmann::ordered_json& line) {
    return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  }
};

/// By RFC 4180, but for the ends of lines, which are Unix's.
class CommaSeparated final : public AnswerText {
 public:
  [[nodiscard]] std::string head() const override {
    return "frame,input,seconds,rank,class,label,probability,error\n";
  }

  [[nodiscard]] std::string text(const Answer& answer) const override {
    const std::string begin = fmt::format("{},{},", answer.frame, quoted(answer.label));
    if (!answer.error.empty()) return begin + ",,,,," + quoted(answer.error) + "\n";
    if (answer.guesses.empty()) return begin + fmt::format("{:.6f},,,,,\n", answer.seconds);
    std::string rows;
    for (std::size_t i = 0; i < answer.guesses.size(); ++i) {
      const Guess& guess = answer.guesses[i];
      rows += begin + fmt::format("{:.6f},{},{},{},{:.9g},\n", answer.seconds, i + 1, guess.index,
                                  quoted(guess.label), guess.probability);
    }
    return rows;
  }

  [[nodiscard]] std::string end(std::size_t /*answers*/,
                                const std::string& /*reason*/) const override {
    return {};
  }

  [[nodiscard]] LineRole role(const std::string& line, const LinePlace& place,
                              std::string& label) const override {
    if (place.answers == 0 && place.lines == 0 && line + "\n" == head()) return LineRole::head;
    const std::vector<std::string> fields = fields_of(line);
    if (fields.size() != columns || fields[0] != std::to_string(place.answers)) {
      return LineRole::foreign;
    }
    label = fields[1];
    if (!fields[7].empty() || fields[3].empty()) return LineRole::last;
    if (fields[3] != std::to_string(place.lines + 1)) return LineRole::foreign;
    return place.lines + 1 >= place.guesses ? LineRole::last : LineRole::part;
  }

 private:
  static constexpr std::size_t columns = 8;

  static std::string quoted(const std::string& text) {
    std::string line = printable(text);
    if (line.find_first_of(",\"") == std::string::npos) return line;
    std::string result = "\"";
    for (const char c : line) {
      if (c == '"') result += '"';
      result += c;
    }
    return result + "\"";
  }

  static std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> fields(1);
    bool is_quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      if (is_quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
        fields.back() += line[++i];
      } else if (c == '"') {
        is_quoted = !is_quoted;
      } else if (c == ',' && !is_quoted) {
        fields.emplace_back();
      } else {
        fields.back() += c;
      }
    }
    return fields;
  }
};

}  // namespace

std::unique_ptr<AnswerText> plain_text() {
  return std::make_unique<PlainText>();
}

std::unique_ptr<AnswerText> json_lines() {
  return std::make_unique<JsonLines>();
}

std::unique_ptr<AnswerText> comma_separated() {
  return std::make_unique<CommaSeparated>();
}

TextContents read_answers(std::istream& file, const AnswerText& text, std::size_t guesses) {
  TextContents found;
  std::int64_t bytes = 0;
  std::string label;
  LinePlace place{0, 0, guesses};
  // A line without its end is not whole.
  for (std::string line; std::getline(file, line) && !file.eof();) {
    bytes += static_cast<std::int64_t>(line.size()) + 1;
    const LineRole role = text.role(line, place, label);
    if (role == LineRole::foreign) found.is_foreign = found.answers == 0;
    if (role == LineRole::foreign || role == LineRole::end) break;
    if (role == LineRole::part) {
      ++place.lines;
      continue;
    }
    if (role == LineRole::last) {
      found.answers = ++place.answers;
      found.last_label = label;
      place.lines = 0;
    }
    found.bytes = bytes;
  }
  return found;
}

}  // namespace shoal::cli
