#include "cli/answer_writer.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <utility>

#include "shoal/base/error.hpp"
#include "shoal/base/output_file.hpp"
#include "shoal/storage/record_file.hpp"

#include "cli/answer_text.hpp"
#include "cli/usage_error.hpp"

namespace shoal::cli {
namespace {

Leftover leftover(bool resume) {
  return resume ? Leftover::append : Leftover::set_aside;
}

std::string set_aside_path(const PendingFile& file) {
  return file.has_set_aside() ? file.path() + ".old" : std::string();
}

class StandardOutput final : public AnswerWriter {
 public:
  StandardOutput() : text_(plain_text()) {}

  void write(const Answer& answer) override { put(text_->text(answer)); }
  void finish() override { put(""); }
  [[nodiscard]] std::size_t count() const override { return 0; }
  [[nodiscard]] const KeptAnswers& kept() const override { return kept_; }

 private:
  static void put(const std::string& text) {
    std::cout << text << std::flush;
    if (!std::cout) throw Error("standard output: cannot be written");
  }
  std::unique_ptr<AnswerText> text_;
  KeptAnswers kept_;
};

class TextFile final : public AnswerWriter {
 public:
  TextFile(const std::string& path, std::unique_ptr<AnswerText> text, const AnswerSize& size,
           bool resume)
      : file_(path, leftover(resume)), text_(std::move(text)) {
    if (resume && !file_.file().is_direct()) go_on(size);
    answers_ = kept_.count;
    // A file that has no answer is not worth keeping.
    if (answers_ == 0) head_ = text_->head();
  }

  void write(const Answer& answer) override {
    file_.write(std::exchange(head_, {}) + text_->text(answer));
    file_.keep();
    ++answers_;
  }
  void finish() override {
    file_.write(std::exchange(head_, {}) + text_->end(answers_, {}));
    file_.commit();
  }
  void stop(const std::string& reason) override {
    if (answers_ == 0 || file_.file().is_direct()) return;
    file_.write(text_->end(answers_, reason));
    file_.synchronize();
  }
  void synchronize() override {
    if (!file_.file().is_direct()) file_.synchronize();
  }
  [[nodiscard]] std::string partial_path() const override {
    return file_.file().is_direct() ? std::string() : file_.file().path();
  }
  [[nodiscard]] std::size_t count() const override { return answers_; }
  [[nodiscard]] const KeptAnswers& kept() const override { return kept_; }
  [[nodiscard]] std::string set_aside() const override { return set_aside_path(file_.file()); }

 private:
  /// What comes behind the last whole answer goes.
  void go_on(const AnswerSize& size) {
    std::ifstream written(file_.file().path(), std::ios::binary);
    const TextContents found = read_answers(written, *text_, size.guesses);
    if (found.is_foreign) {
      throw Error("{}: cannot be continued: it does not hold answers of {} guesses each",
                  file_.file().path(), size.guesses);
    }
    kept_ = {found.answers, found.last_label};
    file_.truncate(found.answers > 0 ? found.bytes : 0);
  }

  PendingStream file_;
  std::unique_ptr<AnswerText> text_;
  std::string head_;
  KeptAnswers kept_;
  std::size_t answers_ = 0;
};

class Hdf5File final : public AnswerWriter {
 public:
  Hdf5File(const std::string& path, const AnswerSize& size, bool resume)
      : file_(path, static_cast<Index>(size.classes), leftover(resume)),
        kept_{file_.count(), file_.last_name().value_or("")} {}

  void write(const Answer& answer) override {
    file_.append(answer.probabilities, answer.label, answer.error);
  }
  void finish() override { file_.commit(); }
  void stop(const std::string& /*reason*/) override { file_.checkpoint(); }
  void settle() override { file_.settle(); }
  void synchronize() override { file_.checkpoint(); }
  [[nodiscard]] std::string partial_path() const override { return file_.file().path(); }
  [[nodiscard]] std::size_t count() const override { return file_.seen(); }
  [[nodiscard]] const KeptAnswers& kept() const override { return kept_; }
  [[nodiscard]] std::string set_aside() const override { return set_aside_path(file_.file()); }

 private:
  storage::RecordFile file_;
  KeptAnswers kept_;
};

std::string ending_of(const std::string& path) {
  std::string ending = std::filesystem::path(path).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

bool is_hdf5(const std::string& ending) {
  return ending == ".h5" || ending == ".hdf5";
}

std::unique_ptr<AnswerText> text_by_ending(const std::string& path) {
  const std::string ending = ending_of(path);
  if (ending == ".jsonl" || ending == ".json") return json_lines();
  if (ending == ".csv") return comma_separated();
  if (ending.empty() || ending == ".txt") return plain_text();
  throw UsageError("{}: answers go into .txt, .jsonl, .csv or .h5, by the ending of the name",
                   path);
}

}  // namespace

void check_ending(const std::string& path) {
  if (!is_hdf5(ending_of(path))) static_cast<void>(text_by_ending(path));
}

std::unique_ptr<AnswerWriter> make_answer_writer(const std::string& path, const AnswerSize& size,
                                                 bool resume) {
  if (path.empty() || path == "-") return std::make_unique<StandardOutput>();
  if (is_hdf5(ending_of(path))) return std::make_unique<Hdf5File>(path, size, resume);
  return std::make_unique<TextFile>(path, text_by_ending(path), size, resume);
}

}  // namespace shoal::cli
