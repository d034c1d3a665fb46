#include "cli/answers.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <limits>
#include <numeric>
#include <utility>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "shoal/base/error.hpp"
#include "shoal/base/output_file.hpp"
#include "shoal/storage/hdf5.hpp"

#include "cli/labels.hpp"

namespace shoal::cli {
namespace {

std::string to_text(const Answer& answer) {
  std::string text = answer.label + "\n";
  for (const Guess& guess : answer.guesses) {
    text += fmt::format("  {:>5.1f} %  {}{}{}\n", 100 * static_cast<double>(guess.probability),
                        guess.index, guess.label.empty() ? "" : "  ", guess.label);
  }
  return text;
}

std::string to_json_line(const Answer& answer) {
  nlohmann::ordered_json line;
  line["frame"] = answer.frame;
  line["input"] = answer.label;
  line["seconds"] = answer.seconds;
  line["top"] = nlohmann::ordered_json::array();
  for (const Guess& guess : answer.guesses) {
    nlohmann::ordered_json entry;
    entry["class"] = guess.index;
    if (!guess.label.empty()) entry["label"] = guess.label;
    entry["probability"] = guess.probability;
    line["top"].push_back(std::move(entry));
  }
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string error_to_text(const FrameError& error) {
  return fmt::format("{}\n  error: {}\n", error.label, error.error);
}

std::string error_to_json_line(const FrameError& error) {
  nlohmann::ordered_json line;
  line["frame"] = error.frame;
  line["input"] = error.label;
  line["error"] = error.error;
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

class StandardOutput final : public AnswerWriter {
 public:
  void write(const Answer& answer) override { put(to_text(answer)); }
  void write_error(const FrameError& error) override { put(error_to_text(error)); }
  void finish() override { put(""); }

 private:
  static void put(const std::string& text) {
    std::cout << text << std::flush;
    if (!std::cout) throw Error("standard output: cannot be written");
  }
};

/// Text or JSON lines.
class TextFile final : public AnswerWriter {
 public:
  TextFile(const std::string& path, bool json) : file_(path), json_(json) {}

  void write(const Answer& answer) override {
    file_.write(json_ ? to_json_line(answer) : to_text(answer));
  }
  void write_error(const FrameError& error) override {
    file_.write(json_ ? error_to_json_line(error) : error_to_text(error));
  }
  void finish() override { file_.commit(); }

 private:
  PendingStream file_;
  bool json_;
};

class Hdf5File final : public AnswerWriter {
 public:
  Hdf5File(const std::string& path, std::size_t classes) : file_(path) {
    const std::array<Index, 1> row = {static_cast<Index>(classes)};
    file_.create_growing("/probabilities", row);
    file_.create_growing_strings("/frames");
    file_.create_growing_strings("/errors");
  }
  void write(const Answer& answer) override { append(answer.probabilities, answer.label, ""); }
  void write_error(const FrameError& error) override {
    const std::vector<float> none(error.classes, std::numeric_limits<float>::quiet_NaN());
    append(none, error.label, error.error);
  }
  void finish() override { file_.commit(); }

 private:
  void append(std::span<const float> probabilities, const std::string& label,
              const std::string& error) {
    file_.append("/probabilities", probabilities);
    file_.append("/frames", label);
    file_.append("/errors", error);
    file_.flush();
  }

  storage::OutputFile file_;
};

}  // namespace

std::vector<Guess> best_guesses(std::span<const float> probabilities, std::size_t count,
                                const std::vector<std::string>& labels) {
  std::vector<std::size_t> order(probabilities.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  count = std::min(count, order.size());
  std::partial_sort(
      order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
      [&](std::size_t a, std::size_t b) {
        return probabilities[a] != probabilities[b] ? probabilities[a] > probabilities[b] : a < b;
      });
  std::vector<Guess> guesses;
  for (std::size_t i = 0; i < count; ++i) {
    guesses.push_back({order[i], labels.empty() ? "" : labels[order[i]], probabilities[order[i]]});
  }
  return guesses;
}

std::vector<std::string> read_labels(const std::string& path, std::size_t classes) {
  return read_label_file(path, classes);
}

std::unique_ptr<AnswerWriter> make_answer_writer(const std::string& path, std::size_t classes) {
  if (path.empty()) return std::make_unique<StandardOutput>();
  const std::string ending = std::filesystem::path(path).extension().string();
  if (ending == ".h5" || ending == ".hdf5") return std::make_unique<Hdf5File>(path, classes);
  const bool json = ending == ".jsonl" || ending == ".json";
  return std::make_unique<TextFile>(path, json);
}

Answers::Answers(const std::string& path, const std::string& labels, std::size_t classes,
                 std::size_t top)
    : labels_(labels.empty() ? std::vector<std::string>() : read_labels(labels, classes)),
      classes_(classes),
      writer_(make_answer_writer(path, classes)),
      top_(top) {}

void Answers::write(const std::string& label, const Tensor& answer, Seconds seconds) {
  if (finished_) return;
  writer_->write(
      {count_++, label, seconds, best_guesses(answer.span(), top_, labels_), answer.span()});
}

void Answers::write_error(const std::string& label, const std::string& error) {
  if (finished_) return;
  writer_->write_error({count_++, label, error, classes_});
}

void Answers::finish() {
  if (!std::exchange(finished_, true)) writer_->finish();
}

}  // namespace shoal::cli
