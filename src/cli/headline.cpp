#include "cli/headline.hpp"

#include <algorithm>
#include <span>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "shoal/base/text.hpp"

#include "cli/terminal.hpp"

namespace shoal::cli {
namespace {

std::string speed(Seconds interval) {
  return fmt::format("{:.4g} frames/s, one every {:.4g} s", 1 / interval, interval);
}

}  // namespace

std::optional<SteadyState> steady_state(const std::vector<Passage>& passages,
                                        std::size_t in_flight) {
  if (in_flight == 0 || passages.size() < 3 * in_flight) return std::nullopt;
  SteadyState state;
  state.left_out = in_flight;
  state.answers = (passages.size() / in_flight - 2) * in_flight;
  state.rest = passages.size() - state.left_out - state.answers;
  const std::span all(passages);
  const auto counted = all.subspan(state.left_out, state.answers);
  const Seconds took = counted.back().out - passages[state.left_out - 1].out;
  state.interval = took / static_cast<double>(state.answers);
  std::vector<Seconds> latencies;
  for (const Passage& one : counted) latencies.push_back(one.out - one.in);
  const auto middle = latencies.begin() + static_cast<std::ptrdiff_t>(latencies.size() / 2);
  std::nth_element(latencies.begin(), middle, latencies.end());
  state.latency = *middle;
  return state;
}

std::string headline(const SimulatedJob& job, const SimulatedRun& run) {
  const auto input = static_cast<std::size_t>(job.plan.input_rank.value);
  const std::size_t in_flight = run.reports[input].most_in_flight;
  std::string text =
      fmt::format("{} on {} of {}, {} in flight at most\n", job.plan.model,
                  counted(static_cast<std::uint64_t>(job.plan.ranks), "simulated device"),
                  job.profile.name, in_flight);
  const std::optional<SteadyState> steady = steady_state(run.passages, in_flight);
  if (steady) {
    text +=
        wrapped(fmt::format("  in the steady state {} ({}; the first {} and the last {} left out)",
                            speed(steady->interval), counted(steady->answers, "answer"),
                            steady->left_out, steady->rest),
                4) +
        "\n";
  } else {
    text += fmt::format("  no steady state: --frames {} or more would show one\n", 3 * in_flight);
  }
  text += fmt::format("  a frame alone {:.4g} s", run.alone);
  if (steady) text += fmt::format("; in the steady state {:.4g} s", steady->latency);
  return text + "\n" +
         wrapped(fmt::format("  plan explain: {}; a frame alone {:.4g} s",
                             speed(job.price.interval), job.price.latency),
                 4) +
         "\n";
}

std::string headline_json(const SimulatedJob& job, const SimulatedRun& run) {
  const auto input = static_cast<std::size_t>(job.plan.input_rank.value);
  const std::size_t in_flight = run.reports[input].most_in_flight;
  const std::optional<SteadyState> steady = steady_state(run.passages, in_flight);
  nlohmann::ordered_json line;
  line["model"] = job.plan.model;
  line["ranks"] = job.plan.ranks;
  line["in_flight"] = in_flight;
  for (const char* key : {"interval", "latency", "answers", "left_out"}) line[key] = nullptr;
  if (steady) {
    line["interval"] = steady->interval;
    line["latency"] = steady->latency;
    line["answers"] = steady->answers;
    line["left_out"] = steady->left_out;
  }
  line["alone"] = run.alone;
  line["predicted"] = {{"interval", job.price.interval}, {"latency", job.price.latency}};
  return line.dump() + "\n";
}

}  // namespace shoal::cli
