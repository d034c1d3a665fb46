#pragma once

#include <string>
#include <vector>

#include "shoal/base/output_file.hpp"
#include "shoal/plan/plan.hpp"
#include "shoal/runtime/frame_report.hpp"
#include "shoal/runtime/report.hpp"
#include "shoal/runtime/startup.hpp"

#include "cli/replanner.hpp"

namespace shoal::cli {

/// Every rank's part of every frame as a line of JSON, a line for each change of plan, and at the
/// end one for each rank's start-up.
class Metrics {
 public:
  /// @param resume go on with the lines of an earlier run
  Metrics(const std::string& path, const plan::Plan& plan, bool resume = false);

  void report(Rank rank, const runtime::FrameReport& report);
  void report(const Replanned& change);
  void report(Rank rank, const runtime::Startup& startup);
  /// Ends the file, with the start-up of each rank. It keeps the name of a partial one unless the
  /// run is whole.
  /// @param reports by rank
  void finish(const std::vector<runtime::RankReport>& reports, bool is_whole);
  /// Ends the file, which gets its name.
  void finish();

 private:
  void write(const std::string& line);

  PendingStream file_;
  std::vector<plan::Plan> lanes_;
};

}  // namespace shoal::cli
