#include "cli/progress.hpp"

#include <cstdio>
#include <filesystem>
#include <string>

#include <fmt/core.h>
#include <unistd.h>

namespace shoal::cli {
namespace {

bool reaches_terminal() {
  if (::isatty(STDERR_FILENO) != 0) return true;
  if (std::getenv("OMPI_COMM_WORLD_RANK") == nullptr) return false;
  std::error_code error;
  const auto target =
      std::filesystem::read_symlink(fmt::format("/proc/{}/fd/2", ::getppid()), error);
  return !error && target.string().rfind("/dev/pts/", 0) == 0;
}

}  // namespace

Progress::Progress(bool wanted, std::optional<std::size_t> total)
    : shown_(wanted && reaches_terminal()), total_(total) {}

Progress::~Progress() {
  clear();
}

void Progress::clear() const {
  if (shown_ && done_ > 0) fmt::print(stderr, "\r\x1b[K");
}

void Progress::advance(double seconds) {
  ++done_;
  if (!shown_) return;
  constexpr std::size_t width = 30;
  if (total_ && *total_ > 0) {
    const std::size_t filled = width * std::min(done_, *total_) / *total_;
    fmt::print(stderr, "\r[{}{}] {}/{}  {:.3f} s a frame\x1b[K", std::string(filled, '#'),
               std::string(width - filled, '.'), done_, *total_, seconds);
  } else {
    fmt::print(stderr, "\r{} frames  {:.3f} s a frame\x1b[K", done_, seconds);
  }
  std::fflush(stderr);
}

}  // namespace shoal::cli
