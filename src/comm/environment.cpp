#include "shoal/comm/environment.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <limits>
#include <string_view>

#include "shoal/base/error.hpp"
#include "shoal/base/watchdog.hpp"
#include "shoal/comm/simulation.hpp"

#include "comm/launch.hpp"
#include "comm/mpi_call.hpp"
#include "comm/start_limit.hpp"
#include "comm/waiting.hpp"

namespace shoal::comm {

void check(int code, const char* call) {
  if (code == MPI_SUCCESS) return;
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  MPI_Error_string(code, text.data(), &length);
  throw Error("{}: {}", call, std::string(text.data(), static_cast<std::size_t>(length)));
}

int to_count(Index floats) {
  if (floats > std::numeric_limits<int>::max()) {
    throw Error("a message of {} floats is more than MPI can count; split the layer further",
                floats);
  }
  return static_cast<int>(floats);
}

namespace {

/// May be asked before MPI starts.
bool is_open_mpi() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  check(MPI_Get_library_version(text.data(), &length), "MPI_Get_library_version");
  return std::string_view(text.data()).find("Open MPI") != std::string_view::npos;
}

std::string not_started(Seconds limit) {
  return line_of_rank(
      fmt::format("not all ranks have started after {:.0f} s; is a device stopped or out of reach? "
                  "SHOAL_START_TIMEOUT=SECONDS waits longer",
                  limit));
}

/// In a destructor: what cannot be watched is not waited for.
void finalize() {
  try {
    const Watchdog watchdog(
        start_limit(),
        line_of_rank("MPI does not end; is mpirun stopped? What was written is complete"));
    MPI_Finalize();
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", line_of_rank(error.what()));
    leave(1);
  }
}

}  // namespace

Environment::Environment() {
  prepare_launch(is_open_mpi());
  prepare_waiting();
  // Before MPI starts: a write to a connection that the other side has closed would end the process
  // without a word.
  if (!is_simulated()) std::signal(SIGPIPE, SIG_IGN);
  const Watchdog watchdog(start_limit(), not_started(start_limit()));
  int provided = 0;
  check(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided), "MPI_Init_thread");
  // The twin has no threads.
  if (provided < MPI_THREAD_FUNNELED && !is_simulated()) {
    throw Error("this MPI does not allow threads at all");
  }
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  int ranks = 0;
  check(MPI_Comm_size(MPI_COMM_WORLD, &ranks), "MPI_Comm_size");
  expect_joined(ranks);
}

Environment::~Environment() {
  finalize();
}

StartWatch::StartWatch() : watchdog_(start_limit(), not_started(start_limit())) {}

void abort_job(int exit_code) {
  const Watchdog watchdog(start_limit(), line_of_rank("the job does not end; is mpirun stopped?"));
  MPI_Abort(MPI_COMM_WORLD, exit_code);
  leave(exit_code);
}

std::string host_name() {
  std::array<char, MPI_MAX_PROCESSOR_NAME> text{};
  int length = 0;
  check(MPI_Get_processor_name(text.data(), &length), "MPI_Get_processor_name");
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace shoal::comm
