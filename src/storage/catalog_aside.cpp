#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shoal/base/error.hpp"

#include "storage/catalog.hpp"

namespace shoal::storage {
namespace {

/// Beside what the process has mapped. Catalogs of known networks take a few megabytes.
constexpr rlim_t most_memory = rlim_t{128} << 20U;
/// Of the child. Catalogs of known networks take milliseconds.
constexpr rlim_t most_processor_seconds = 5;
/// A slow disk is no fault of the file.
constexpr int most_wait_ms = 60'000;

/// The first byte of what the child sends: a catalog follows, or the text of an Error.
enum class Outcome : char { catalog = 'c', error = 'e' };

std::string last_words() {
  return std::generic_category().message(errno);
}

/// A descriptor that is closed when it goes.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { reset(); }
  void reset() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

rlim_t mapped_bytes_of_process() {
  std::array<char, 64> text{};
  const Descriptor file(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
  if (file.number() < 0 || ::read(file.number(), text.data(), text.size() - 1) <= 0) return 0;
  return std::strtoull(text.data(), nullptr, 10) * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
}

void lower(decltype(RLIMIT_AS) resource, rlim_t most) {
  rlimit limit{};
  ::getrlimit(resource, &limit);
  if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < most) return;
  limit.rlim_cur = most;
  ::setrlimit(resource, &limit);
}

/// A crash is this child's own matter, and told by its parent: no handlers of MPI's or a
/// sanitizer's, no core, nothing on the terminal. A Ctrl-C is for the parent.
void set_apart() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const int fatal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU, SIGALRM}) {
    static_cast<void>(std::signal(fatal, SIG_DFL));
  }
  for (const int others : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
    static_cast<void>(std::signal(others, SIG_IGN));
  }
  if (const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC); nowhere >= 0) {
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
  }
  lower(RLIMIT_CORE, 0);
  lower(RLIMIT_CPU, most_processor_seconds);
  if (const rlim_t mapped = mapped_bytes_of_process(); mapped > 0) {
    lower(RLIMIT_AS, mapped + most_memory);
  }
}

std::string outcome(const std::string& file) {
  try {
    return static_cast<char>(Outcome::catalog) + to_bytes(make_catalog(file));
  } catch (const Error& error) {
    return static_cast<char>(Outcome::error) + std::string(error.what());
  } catch (const std::exception& error) {
    return static_cast<char>(Outcome::error) +
           fmt::format("{}: {}: the file is damaged or hostile", file, error.what());
  }
}

[[noreturn]] void be_child(const std::string& file, int to) {
  set_apart();
  const std::string bytes = outcome(file);
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t now = ::write(to, bytes.data() + sent, bytes.size() - sent);
    if (now < 0 && errno != EINTR) ::_exit(1);
    if (now > 0) sent += static_cast<std::size_t>(now);
  }
  ::_exit(0);
}

/// All that comes until the other end is closed; false where it does not come in time.
bool receive(int from, std::string& bytes) {
  std::array<char, 65536> part{};
  while (true) {
    pollfd waited{from, POLLIN, 0};
    const int ready = ::poll(&waited, 1, most_wait_ms);
    if (ready == 0) return false;
    if (ready < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    const ssize_t now = ::read(from, part.data(), part.size());
    if (now < 0 && errno == EINTR) continue;
    if (now <= 0) return now == 0;
    bytes.append(part.data(), static_cast<std::size_t>(now));
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return 0;
  }
  return status;
}

}  // namespace

Catalog make_catalog_aside(const std::string& file) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw Error("{}: {}", file, last_words());
  const Descriptor from(ends[0]);
  Descriptor to(ends[1]);
  // The child only reads the file, sends what it found and leaves by _exit. Locks of other threads
  // are no matter: the C library keeps its memory usable in the child, and HDF5 is called by one
  // thread of a process alone.
  const pid_t child = ::fork();
  if (child < 0) throw Error("{}: {}", file, last_words());
  if (child == 0) be_child(file, to.number());
  to.reset();
  std::string bytes;
  const bool in_time = receive(from.number(), bytes);
  if (!in_time) ::kill(child, SIGKILL);
  const int status = wait_for(child);
  if (!in_time) {
    throw Error("{}: cannot be opened within {} s", file, most_wait_ms / 1000);
  }
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) {
    throw Error("{}: the HDF5 library comes to no end of it: the file is damaged or hostile", file);
  }
  if (WIFSIGNALED(status) || WEXITSTATUS(status) != 0 || bytes.empty()) {
    throw Error("{}: crashes the HDF5 library: the file is damaged or hostile", file);
  }
  if (bytes.front() == static_cast<char>(Outcome::error)) throw Error("{}", bytes.substr(1));
  return parse_catalog(bytes.substr(1), file);
}

}  // namespace shoal::storage
