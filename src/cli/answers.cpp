#include "cli/answers.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/core.h>

#include "cli/answer_writer.hpp"
#include "cli/labels.hpp"

namespace shoal::cli {

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

Answers::Answers(const Options& options)
    : labels_(options.labels.empty() ? std::vector<std::string>()
                                     : read_label_file(options.labels, options.classes)),
      writer_(make_answer_writer(
          options.path, {options.classes, std::min(options.top, options.classes)}, options.resume)),
      top_(options.top),
      count_(writer_->kept().count) {}

Answers::~Answers() = default;

void Answers::write(const std::string& label, const Tensor& answer, Seconds seconds) {
  writer_->write(
      {count_, label, seconds, best_guesses(answer.span(), top_, labels_), answer.span(), {}});
  ++count_;
}

void Answers::write_error(const std::string& label, const std::string& error) {
  writer_->write({count_, label, 0, {}, {}, error});
  ++count_;
  ++errors_;
}

void Answers::settle() {
  if (!ended_) writer_->settle();
}

void Answers::synchronize() {
  if (!ended_) writer_->synchronize();
}

void Answers::finish() {
  writer_->finish();
  ended_ = true;
}

void Answers::stop(const std::string& reason) {
  if (!std::exchange(ended_, true)) writer_->stop(reason);
}

std::size_t Answers::count() const {
  return writer_->count();
}

std::size_t Answers::resumed() const {
  return writer_->kept().count;
}

const std::string& Answers::last_label() const {
  return writer_->kept().last_label;
}

std::string Answers::kept() const {
  const std::string path = writer_->partial_path();
  const std::size_t count = this->count();
  if (path.empty() || count == 0) return {};
  return fmt::format("{} answer{} kept in {}; the same command with --resume goes on from there",
                     count, count == 1 ? " is" : "s are", path);
}

std::string Answers::set_aside() const {
  const std::string path = writer_->set_aside();
  if (path.empty()) return {};
  return fmt::format(
      "an earlier run left a partial file, now {}; with --resume it would have been continued",
      path);
}

}  // namespace shoal::cli
