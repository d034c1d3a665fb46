#include "cli/progress.hpp"

#include <algorithm>
#include <cstdio>
#include <vector>

#include <fmt/core.h>
#include <unistd.h>

#include "shoal/base/text.hpp"

#include "cli/terminal.hpp"

namespace shoal::cli {
namespace {

constexpr std::size_t frames_looked_back = 64;

/// mpirun may bring an answer to the terminal behind a progress line that is no longer there for
/// the rank: then the answers tell how the run goes.
bool is_disturbed_by_answers() {
  return is_carried_by_launcher() && reaches_terminal(STDOUT_FILENO);
}

}  // namespace

Progress::Progress(bool wanted, Rank output, std::optional<std::size_t> total, bool prints_answers)
    : shown_(wanted && reaches_terminal(STDERR_FILENO) &&
             !(prints_answers && is_disturbed_by_answers())),
      output_(output),
      total_(total) {}

Progress::~Progress() {
  clear();
}

void Progress::clear() const {
  if (!shown_ || done_ == 0) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
}

void Progress::say(const std::string& line) const {
  clear();
  fmt::print(stderr, "{}\n", printable(line));
  std::fflush(stderr);
}

void Progress::report(Rank rank, const runtime::FrameReport& report) {
  busy_[rank] = report.computing + report.transferring;
  memory_ = std::max(memory_, report.peak_memory);
  if (!(rank == output_)) return;
  ++done_;
  latest_.push_back({report.ended, report.ended - report.began});
  if (latest_.size() > frames_looked_back) latest_.pop_front();
  if (!shown_) return;
  // One column less: in the last one some terminals begin a new line.
  fmt::print(stderr, "\r{}\x1b[K", text(terminal_columns(STDERR_FILENO) - 1));
  std::fflush(stderr);
}

double Progress::rate() const {
  const Seconds span = latest_.back().at - latest_.front().at;
  return span > 0 ? static_cast<double>(latest_.size() - 1) / span : 0;
}

std::string Progress::time_left() const {
  if (!total_ || *total_ <= done_ || rate() <= 0) return {};
  const double seconds = static_cast<double>(*total_ - done_) / rate();
  if (seconds < 100) return fmt::format("{:.0f} s left", seconds);
  if (seconds < 6000) return fmt::format("{:.0f} min left", seconds / 60);
  return fmt::format("{:.1f} h left", seconds / 3600);
}

/// The most wanted first.
std::vector<std::string> Progress::parts() const {
  std::vector<Seconds> latencies;
  for (const Answered& answered : latest_) latencies.push_back(answered.latency);
  std::sort(latencies.begin(), latencies.end());
  const auto busiest = std::max_element(
      busy_.begin(), busy_.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  std::vector<std::string> parts = {
      total_ ? fmt::format("{}/{}", done_, *total_) : counted(done_, "frame"),
      fmt::format("{:.2f} frames/s", rate())};
  if (const std::string left = time_left(); !left.empty()) parts.push_back(left);
  parts.push_back(fmt::format("latency {:.3f} s (95 % within {:.3f} s)",
                              latencies[latencies.size() / 2],
                              latencies[(latencies.size() - 1) * 95 / 100]));
  parts.push_back(fmt::format("busiest rank {} ({:.3f} s)", busiest->first.value, busiest->second));
  parts.push_back(fmt::format("memory {}", human_bytes(memory_)));
  return parts;
}

std::string Progress::text(std::size_t columns) const {
  if (latest_.empty()) return "no frame yet";
  std::string text;
  for (const std::string& part : parts()) {
    const std::string gap = text.empty() ? "" : "  ";
    if (!text.empty() && text.size() + gap.size() + part.size() > columns) break;
    text += gap + part;
  }
  return text;
}

}  // namespace shoal::cli
