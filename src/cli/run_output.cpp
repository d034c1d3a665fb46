#include "cli/run_output.hpp"

#include <cstdio>
#include <exception>
#include <filesystem>

#include <fmt/core.h>

#include "cli/together.hpp"

namespace shoal::cli {
namespace {

/// Whether an output has its name, and there is nothing to be continued.
bool has_its_name(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error) &&
         !std::filesystem::exists(path + ".part", error);
}

}  // namespace

RunOutput::RunOutput(const comm::Communicator& world, Rank output_rank,
                     const Answers::Options& options) {
  together(world, [&] {
    if (world.rank() == output_rank) open(options);
  });
  is_complete_ = world.broadcast(std::int64_t{is_complete_}, output_rank) != 0;
  const std::int64_t resumed = answers_ ? static_cast<std::int64_t>(answers_->resumed()) : 0;
  resumed_ = static_cast<std::size_t>(world.broadcast(resumed, output_rank));
  last_label_ = world.broadcast(answers_ ? answers_->last_label() : std::string(), output_rank);
}

void RunOutput::open(const Answers::Options& options) {
  is_complete_ = options.resume && has_its_name(options.path);
  if (is_complete_) {
    fmt::print("{} is complete: nothing is left to do\n", options.path);
    return;
  }
  answers_.emplace(options);
  const std::string set_aside = answers_->set_aside();
  if (!set_aside.empty()) fmt::print(stderr, "shoal: {}\n", set_aside);
}

void RunOutput::write(const std::string& label, const Tensor& answer, Seconds seconds) {
  answers_->write(label, answer, seconds);
}

void RunOutput::write_error(const std::string& label, const std::string& error) {
  answers_->write_error(label, error);
}

void RunOutput::tend(int signal) {
  if (!answers_) return;
  answers_->settle();
  if (signal == 0 || is_signal_seen_) return;
  is_signal_seen_ = true;
  answers_->synchronize();
  say_what_is_kept();
}

void RunOutput::finish(int signal) {
  if (!answers_) return;
  if (signal == 0) return answers_->finish();
  answers_->stop(fmt::format("ended by signal {}", signal));
  say_what_is_kept();
}

void RunOutput::leave(const std::string& reason) {
  if (!answers_) return;
  try {
    answers_->stop(reason);
  } catch (const std::exception&) {
    // What could be written is there; the error that ended the run was told.
  }
  say_what_is_kept();
  // The job ends without this being destroyed; a file without results is of no use.
  if (answers_->count() == 0) answers_.reset();
}

/// Once for as many results.
void RunOutput::say_what_is_kept() {
  const std::string kept = answers_->kept();
  if (kept.empty() || answers_->count() == told_) return;
  told_ = answers_->count();
  fmt::print(stderr, "shoal: {}\n", kept);
  std::fflush(stderr);
}

}  // namespace shoal::cli
