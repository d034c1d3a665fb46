#include "shoal/comm/connections.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace shoal::comm {
namespace {

/// TCP_RTO_MAX_MS, which the headers of older systems do not name.
constexpr int option_longest_pause = 44;
constexpr Seconds longest_pause = 2;
/// TCP gives up so much later than the job does, whose line says which rank is missing: a rank that
/// writes to a slow disk or gets no processor looks late.
constexpr Seconds give_up_later = 60;

std::optional<int> option(int descriptor, int level, int name) {
  int value = 0;
  socklen_t size = sizeof(value);
  if (::getsockopt(descriptor, level, name, &value, &size) != 0) return std::nullopt;
  return value;
}

bool is_tcp(int descriptor) {
  return option(descriptor, SOL_SOCKET, SO_PROTOCOL) == IPPROTO_TCP;
}

/// Calls `visit(descriptor)` for each TCP connection of this process. MPI makes them when a rank
/// first sends to another, and does not hand them out.
template <typename Visit>
void for_each_connection(const Visit& visit) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", ignored)) {
    const std::string name = entry.path().filename().string();
    int descriptor = -1;
    std::from_chars(name.data(), name.data() + name.size(), descriptor);
    if (is_tcp(descriptor)) visit(descriptor);
  }
}

bool set(int descriptor, int name, Seconds seconds) {
  const int milliseconds = static_cast<int>(std::min(1000 * seconds, 1e9));
  return ::setsockopt(descriptor, IPPROTO_TCP, name, &milliseconds, sizeof(milliseconds)) == 0;
}

}  // namespace

Seconds outlast_cut(Seconds cut) {
  Seconds pause = longest_pause;
  for_each_connection([&](int descriptor) {
    if (!set(descriptor, option_longest_pause, longest_pause)) pause = cut;
    // The last pause may be as long as the cut.
    set(descriptor, TCP_USER_TIMEOUT, 2 * cut + give_up_later);
  });
  return pause;
}

bool is_trying_again() {
  bool found = false;
  for_each_connection([&](int descriptor) {
    tcp_info info{};
    socklen_t size = sizeof(info);
    if (::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return;
    found = found || info.tcpi_backoff > 1;
  });
  return found;
}

}  // namespace shoal::comm
