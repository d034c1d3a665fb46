#include "base/output_target.hpp"

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

namespace fs = std::filesystem;

/// As Linux follows at most.
constexpr int most_links = 40;
constexpr std::chrono::milliseconds between_tries{50};
constexpr int most_tries = 200;

/// The number of an open file of this process, if the path is that in /proc.
std::optional<int> own_descriptor(const fs::path& path) {
  std::error_code error;
  const fs::path folder = fs::canonical(path.parent_path(), error);
  if (error || folder != fs::canonical("/proc/self/fd", error)) return std::nullopt;
  const std::string text = path.filename().string();
  int number = -1;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

[[noreturn]] void refuse(const std::string& name) {
  throw Error("{}: cannot be written: {}", name, std::strerror(errno));
}

int duplicate(const std::string& name, int number) {
  const int copy = ::fcntl(number, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) refuse(name);
  return copy;
}

/// A pipe without a reader would hold the open() up for as long as there is none.
int open_directly(const std::string& name) {
  for (int i = 0; i < most_tries; ++i) {
    const int file = ::open(name.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (file >= 0) {
      ::fcntl(file, F_SETFL, ::fcntl(file, F_GETFL) & ~O_NONBLOCK);
      return file;
    }
    if (errno != ENXIO || !fs::is_fifo(name)) refuse(name);
    std::this_thread::sleep_for(between_tries);
  }
  throw Error("{}: nothing reads this pipe", name);
}

}  // namespace

OutputTarget resolve_output(const std::string& name) {
  fs::path path = name;
  std::error_code error;
  for (int links = 0;; ++links) {
    if (const auto number = own_descriptor(path)) return {name, duplicate(name, *number)};
    if (!fs::is_symlink(fs::symlink_status(path, error))) break;
    if (links == most_links) throw Error("{}: too many links", name);
    const fs::path target = fs::read_symlink(path, error);
    if (error) throw Error("{}: cannot be written: {}", name, error.message());
    path = path.parent_path() / target;
  }
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) throw Error("{}: is a folder", name);
  if (fs::is_socket(status)) throw Error("{}: is a socket", name);
  if (!fs::exists(status)) {
    if (path != name) throw Error("{}: is a link to {}, which does not exist", name, path.string());
    return {name, -1};
  }
  if (fs::is_regular_file(status)) return {path.string(), -1};
  return {name, open_directly(path.string())};
}

}  // namespace shoal
