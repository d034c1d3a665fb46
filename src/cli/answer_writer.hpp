#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/answers.hpp"

namespace shoal::cli {

/// Answers of an earlier run that a writer goes on from.
struct KeptAnswers {
  std::size_t count = 0;
  std::string last_label;  ///< of the last one's frame
};

/// Place where answers go.
class AnswerWriter {
 public:
  AnswerWriter() = default;
  AnswerWriter(const AnswerWriter&) = delete;
  AnswerWriter& operator=(const AnswerWriter&) = delete;
  virtual ~AnswerWriter() = default;

  virtual void write(const Answer& answer) = 0;
  /// Ends the file: these were all.
  virtual void finish() = 0;
  /// Marks the file as partial, as far as it says so, and brings it to the disk.
  virtual void stop(const std::string& /*reason*/) {}
  /// Lets be seen what came a while ago. To be called now and then.
  virtual void settle() {}
  /// Brings what was written to the disk.
  virtual void synchronize() {}
  /// Path of what a run that ends now leaves; empty where that is no file.
  [[nodiscard]] virtual std::string partial_path() const { return {}; }
  /// Number of answers in it, those of an earlier run included.
  [[nodiscard]] virtual std::size_t count() const = 0;
  [[nodiscard]] virtual const KeptAnswers& kept() const = 0;
  /// Path that an earlier run's partial file was moved to; empty where there was none.
  [[nodiscard]] virtual std::string set_aside() const { return {}; }
};

/// Sizes of an answer that is written: the classes of the network, the guesses of each answer.
struct AnswerSize {
  std::size_t classes = 0;
  std::size_t guesses = 0;
};

/// Makes the writer by the ending of `path`: `.jsonl` or `.json`, `.csv`, `.h5` or `.hdf5`, `.txt`
/// or none; an Error for another one. An empty path or `-` is text on the standard output.
/// @param resume go on with what an earlier run left
std::unique_ptr<AnswerWriter> make_answer_writer(const std::string& path, const AnswerSize& size,
                                                 bool resume);

/// An Error where the ending of a path is none of a kind of output.
void check_ending(const std::string& path);

}  // namespace shoal::cli
