#include "cli/text_file.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shoal/base/error.hpp"

namespace shoal::cli {
namespace {

/// Closes the file at the end of its life.
class Descriptor {
 public:
  /// A named pipe that nobody writes to does not keep it waiting.
  explicit Descriptor(const std::string& path)
      : value_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }

  [[nodiscard]] int value() const { return value_; }

 private:
  int value_;
};

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw Error("{}: cannot be read: {}", path, why);
}

[[noreturn]] void refuse_by_system(const std::string& path) {
  refuse(path, std::generic_category().message(errno));
}

void expect_regular(const std::string& path, mode_t mode) {
  if (S_ISREG(mode)) return;
  if (S_ISDIR(mode)) refuse(path, "it is a folder");
  refuse(path, "it is a pipe or a device; give a file");
}

}  // namespace

std::string read_text(const std::string& path) {
  // Before it is opened, for to open some devices has effects.
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) refuse_by_system(path);
  expect_regular(path, status.st_mode);
  const Descriptor file(path);
  if (file.value() < 0 || ::fstat(file.value(), &status) != 0) refuse_by_system(path);
  expect_regular(path, status.st_mode);
  // Files of /proc say that they have no bytes: what is read counts, not what the system says.
  std::string text;
  constexpr std::size_t step = 1 << 16;
  while (true) {
    const std::size_t size = text.size();
    text.resize(size + step);
    const ssize_t got = ::read(file.value(), text.data() + size, step);
    text.resize(size + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && errno != EINTR) refuse_by_system(path);
    if (got == 0) return text;
    if (text.size() > most_document_bytes) {
      throw Error("{}: is larger than {}, which no plan, profile, hostfile or list of labels is",
                  path, human_bytes(most_document_bytes));
    }
  }
}

}  // namespace shoal::cli
