#include "cli/slow_notice.hpp"

#include <chrono>
#include <utility>

#include <fmt/core.h>

namespace shoal::cli {
namespace {

constexpr std::chrono::seconds patience{1};

}  // namespace

SlowNotice::SlowNotice(std::string what)
    : thread_([this, what = std::move(what)](const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        ended_.wait_for(lock, stop, patience, [] { return false; });
        if (!stop.stop_requested()) fmt::print(stderr, "shoal: {}\n", what);
      }) {}

}  // namespace shoal::cli
