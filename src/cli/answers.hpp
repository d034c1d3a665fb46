#pragma once

#include <memory>
#include <span>
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

/// One frame's answer.
struct Answer {
  std::size_t frame = 0;
  std::string label;  ///< of the frame: its file
  Seconds seconds = 0;
  std::vector<Guess> guesses;
  std::span<const float> probabilities;
  std::string error;  ///< why there is no answer; empty where there is one
};

class AnswerWriter;

/// Answers of a run as they come, on the output rank. What was answered stays in a partial file
/// whatever ends the run.
class Answers {
 public:
  struct Options {
    std::string path;    ///< empty: standard output
    std::string labels;  ///< file name, or empty
    std::size_t classes = 0;
    std::size_t top = 0;
    bool resume = false;  ///< go on with what an earlier run left
  };

  explicit Answers(const Options& options);
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;
  ~Answers();

  void write(const std::string& label, const Tensor& answer, Seconds seconds);
  /// A frame that has no answer.
  void write_error(const std::string& label, const std::string& error);
  /// Lets be seen what came a while ago. To be called now and then.
  void settle();
  /// Brings what was written to the disk.
  void synchronize();
  /// Ends the file: these were all. It gets its name.
  void finish();
  /// Ends a file that lacks answers; once. It keeps the name of a partial one.
  void stop(const std::string& reason);

  /// Number of answers that a run that ends now leaves in a file, those of an earlier run included.
  [[nodiscard]] std::size_t count() const;
  /// Number of frames without an answer in this run.
  [[nodiscard]] std::size_t errors() const { return errors_; }
  /// Answers that an earlier run left: their number, and the last one's frame.
  [[nodiscard]] std::size_t resumed() const;
  [[nodiscard]] const std::string& last_label() const;
  /// `37 answers are kept in x.jsonl.part; …`, or nothing where there is no such file.
  [[nodiscard]] std::string kept() const;
  /// Line on an earlier run's partial file and its new name; empty without one.
  [[nodiscard]] std::string set_aside() const;

 private:
  std::vector<std::string> labels_;
  std::unique_ptr<AnswerWriter> writer_;
  std::size_t top_;
  std::size_t count_ = 0;  ///< that were written
  std::size_t errors_ = 0;
  bool ended_ = false;
};

}  // namespace shoal::cli
