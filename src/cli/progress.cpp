#include "cli/progress.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <vector>

#include <fmt/core.h>
#include <unistd.h>

namespace shoal::cli {
namespace {

constexpr std::size_t frames_looked_back = 64;

bool reaches_terminal() {
  if (::isatty(STDERR_FILENO) != 0) return true;
  if (std::getenv("OMPI_COMM_WORLD_RANK") == nullptr) return false;
  std::error_code error;
  const auto target =
      std::filesystem::read_symlink(fmt::format("/proc/{}/fd/2", ::getppid()), error);
  return !error && target.string().rfind("/dev/pts/", 0) == 0;
}

}  // namespace

Progress::Progress(bool wanted, Rank output, std::optional<std::size_t> total)
    : shown_(wanted && reaches_terminal()), output_(output), total_(total) {}

Progress::~Progress() {
  clear();
}

void Progress::clear() const {
  if (shown_ && done_ > 0) fmt::print(stderr, "\r\x1b[K");
}

void Progress::say(const std::string& line) const {
  clear();
  fmt::print(stderr, "{}\n", line);
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
  fmt::print(stderr, "\r{}\x1b[K", text());
  std::fflush(stderr);
}

std::string Progress::text() const {
  if (latest_.empty()) return "no frame yet";
  std::vector<Seconds> latencies;
  for (const Answered& answered : latest_) latencies.push_back(answered.latency);
  std::sort(latencies.begin(), latencies.end());
  const Seconds span = latest_.back().at - latest_.front().at;
  const double rate = span > 0 ? static_cast<double>(latest_.size() - 1) / span : 0;
  const auto busiest = std::max_element(
      busy_.begin(), busy_.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return fmt::format(
      "{}{}  {:.2f} frames/s  latency {:.3f} s, 95 % within {:.3f} s  busiest rank {} ({:.3f} s)  "
      "memory {}",
      done_, total_ ? fmt::format("/{}", *total_) : " frames", rate,
      latencies[latencies.size() / 2], latencies[(latencies.size() - 1) * 95 / 100],
      busiest->first.value, busiest->second, human_bytes(memory_));
}

}  // namespace shoal::cli
