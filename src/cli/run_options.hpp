#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shoal/media/source.hpp"
#include "shoal/planner/planner.hpp"
#include "shoal/runtime/runner.hpp"

#include "cli/options.hpp"

namespace shoal::cli {

/// Options of `shoal run`.
struct RunOptions {
  std::string model;
  std::string plan;                             ///< file name
  std::string split;                            ///< empty where the run plans by itself
  std::optional<planner::Objective> objective;  ///< of that plan
  std::string wire;                             ///< empty: as the plan says
  std::string weights;
  std::string input;
  bool strict = false;  ///< end at the first frame that cannot be read
  std::string output;
  bool resume = false;
  std::string labels;
  std::size_t top = 5;
  std::size_t frames = 0;     ///< at most; 0: all
  std::string weights_dtype;  ///< in place of the plan's
  bool exact = false;
  int threads = 0;  ///< 0: this host's cores, shared among its ranks
  bool verify = false;
  std::optional<double> tolerance;  ///< of --verify; nothing: by the types that round
  bool allow_nan = false;
  bool quiet = false;
  int in_flight = 0;    ///< 0: as the plan says
  std::string metrics;  ///< file name
  std::string trace;    ///< file name
  bool replan = false;
  Seconds replan_after = 0;
  std::string profile;   ///< file name
  Seconds patience = 0;  ///< 0: indefinitely
  std::vector<runtime::ThrottleSpec> slowdowns;
  std::optional<graph::Preprocessing> preprocessing;
  media::Aspect aspect = media::Aspect::stretch;
  int clip_stride = 1;
  std::optional<int> clip_hop;
  std::string camera_size;
  std::string camera_rate;
  std::vector<std::string> given;  ///< names of the options that were, for expect_effect()
};

/// --in-flight, --metrics and --trace, which a simulation has too.
Option in_flight_option();
Option metrics_option();
Option trace_option();

/// Reads the words; an Error for what is missing or makes no sense.
RunOptions parse_run_options(Arguments arguments);

/// The help text, or nothing where it was not asked for.
std::optional<std::string> run_help(Arguments arguments);

}  // namespace shoal::cli
