#include "cli/terminal.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "shoal/base/text.hpp"

namespace shoal::cli {
namespace {

constexpr std::size_t least_columns = 20;
constexpr std::size_t default_columns = 80;
constexpr std::size_t most_columns = 10'000;

std::optional<std::size_t> sensible(std::size_t columns) {
  if (columns < least_columns || columns > most_columns) return std::nullopt;
  return columns;
}

std::optional<std::size_t> wanted_columns() {
  const char* text = std::getenv("COLUMNS");
  if (text == nullptr) return std::nullopt;
  const std::string_view digits(text);
  std::size_t columns = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), columns);
  if (result.ec != std::errc() || result.ptr != digits.data() + digits.size()) return std::nullopt;
  return sensible(columns);
}

std::optional<std::size_t> columns_of(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0) return std::nullopt;
  return sensible(size.ws_col);
}

/// The file that the launcher's stream is; empty where it cannot be seen.
std::string launcher_stream(int stream) {
  std::error_code error;
  return std::filesystem::read_symlink(fmt::format("/proc/{}/fd/{}", ::getppid(), stream), error)
      .string();
}

bool is_terminal(const std::string& file) {
  return file.starts_with("/dev/pts/") || file.starts_with("/dev/tty");
}

std::size_t launcher_columns(int stream) {
  const std::string file = launcher_stream(stream);
  // The daemon of another computer has no stream of its own; mpirun's is elsewhere.
  if (file.empty() || file.starts_with("socket:") || file == "/dev/null") return default_columns;
  if (!is_terminal(file)) return most_columns;
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return default_columns;
  const std::size_t columns = columns_of(descriptor).value_or(default_columns);
  ::close(descriptor);
  return columns;
}

}  // namespace

bool is_carried_by_launcher() {
  return std::getenv("OMPI_COMM_WORLD_RANK") != nullptr;
}

bool reaches_terminal(int stream) {
  if (::isatty(stream) != 0) return true;
  return is_carried_by_launcher() && is_terminal(launcher_stream(stream));
}

std::size_t terminal_columns(int stream) {
  if (const auto wanted = wanted_columns()) return *wanted;
  if (const auto columns = columns_of(stream)) return *columns;
  if (is_carried_by_launcher()) return launcher_columns(stream);
  return ::isatty(stream) != 0 ? default_columns : most_columns;
}

std::string wrapped(const std::string& text, std::size_t indent) {
  const std::size_t columns = terminal_columns(STDOUT_FILENO);
  std::string result;
  std::size_t used = 0;
  bool has_word = false;  // in this line
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    if (has_word && used + 1 + text_width(word) > columns) {
      result += '\n';
      result.append(indent, ' ');
      used = indent;
    } else if (begin > 0) {
      result += ' ';
      ++used;
    }
    has_word = has_word || !word.empty();
    result += word;
    used += text_width(word);
    begin = end + 1;
  }
  return result;
}

}  // namespace shoal::cli
