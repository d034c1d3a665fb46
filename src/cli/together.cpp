#include "cli/together.hpp"

#include <cstdio>
#include <exception>
#include <string>

#include <fmt/core.h>

#include "shoal/base/text.hpp"
#include "shoal/comm/environment.hpp"

#include "cli/usage_error.hpp"

namespace shoal::cli {

void together(const comm::Communicator& world, const std::function<void()>& step) {
  std::string error;
  int code = 1;
  try {
    step();
  } catch (const UsageError& caught) {
    error = caught.what();
    code = usage_exit_code;
  } catch (const std::exception& caught) {
    error = caught.what();
  }
  const comm::Verdict verdict = comm::agree(world, error);
  if (verdict.error.empty()) return;
  if (verdict.rank == world.rank()) {
    fmt::print(stderr, "shoal: rank {} on {}: {}\n", verdict.rank.value, comm::host_name(),
               printable(verdict.error, longest_message));
  }
  throw Failed{code};
}

int run_together(const comm::Communicator& world, const std::function<int()>& job,
                 const std::function<void(const std::string& error)>& leave) {
  try {
    return job();
  } catch (const Failed& failed) {
    if (leave) leave({});
    return failed.code;
  } catch (const std::exception& error) {
    fmt::print(stderr, "shoal: rank {} on {}: {}\n", world.rank().value, comm::host_name(),
               printable(error.what(), longest_message));
    std::fflush(stderr);
    if (leave) leave(error.what());
  }
  comm::abort_job(1);
}

}  // namespace shoal::cli
