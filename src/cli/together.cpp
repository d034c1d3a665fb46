#include "cli/together.hpp"

#include <cstdio>
#include <exception>
#include <string>

#include <fmt/core.h>

#include "shoal/comm/environment.hpp"

namespace shoal::cli {

void together(const comm::Communicator& world, const std::function<void()>& step) {
  std::string error;
  try {
    step();
  } catch (const std::exception& caught) {
    error = caught.what();
  }
  const comm::Verdict verdict = comm::agree(world, error);
  if (verdict.error.empty()) return;
  if (verdict.rank == world.rank()) {
    fmt::print(stderr, "shoal: rank {} on {}: {}\n", verdict.rank.value, comm::host_name(),
               verdict.error);
  }
  throw Failed{};
}

int run_together(const comm::Communicator& world, const std::function<int()>& job) {
  try {
    return job();
  } catch (const Failed&) {
    return 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "shoal: rank {} on {}: {}\n", world.rank().value, comm::host_name(),
               error.what());
    std::fflush(stderr);
  }
  comm::abort_job(1);
}

}  // namespace shoal::cli
