#pragma once

#include <memory>
#include <string>
#include <vector>

#include "shoal/tensor/tensor.hpp"

namespace shoal::cli {

/// A class and how probable the network finds it.
struct Guess {
  std::size_t index = 0;
  std::string label;  ///< empty where there are no labels
  float probability = 0;
};

/// The `count` most probable classes, the best first; of equals the lower index.
std::vector<Guess> best_guesses(std::span<const float> probabilities, std::size_t count,
                                const std::vector<std::string>& labels);

/// One label a line. An Error where the file cannot be read or is not as long as the answer.
std::vector<std::string> read_labels(const std::string& path, std::size_t classes);

/// One frame's answer.
struct Answer {
  std::size_t frame = 0;
  std::string label;  ///< of the frame: its file
  Seconds seconds = 0;
  std::vector<Guess> guesses;
  std::span<const float> probabilities;
};

/// In the place of an answer: why a frame could not be read.
struct FrameError {
  std::size_t frame = 0;
  std::string label;
  std::string error;
  std::size_t classes = 0;
};

/// Where answers go.
class AnswerWriter {
 public:
  AnswerWriter() = default;
  AnswerWriter(const AnswerWriter&) = delete;
  AnswerWriter& operator=(const AnswerWriter&) = delete;
  virtual ~AnswerWriter() = default;
  virtual void write(const Answer& answer) = 0;
  virtual void write_error(const FrameError& error) = 0;
  /// Completes the file. Without it no file is left.
  virtual void finish() = 0;
};

/// By the ending of `path`: `.jsonl` or `.json` an object a line, `.h5` or `.hdf5` datasets
/// (`probabilities`, a row for each frame, `frames`, their names, and `errors`, empty where there
/// is an answer; else the row is NaN), else text. An empty path is text on the standard output.
std::unique_ptr<AnswerWriter> make_answer_writer(const std::string& path, std::size_t classes);

/// The answers of a run as they come, on the output rank.
class Answers {
 public:
  /// @param labels file name, or empty
  Answers(const std::string& path, const std::string& labels, std::size_t classes, std::size_t top);

  void write(const std::string& label, const Tensor& answer, Seconds seconds);
  /// In the place of an answer: the frame could not be read.
  void write_error(const std::string& label, const std::string& error);
  /// These are all: completes the file, once. What is written afterwards is left out.
  void finish();

 private:
  std::vector<std::string> labels_;
  std::size_t classes_;
  std::unique_ptr<AnswerWriter> writer_;
  std::size_t top_;
  std::size_t count_ = 0;
  bool finished_ = false;
};

}  // namespace shoal::cli
