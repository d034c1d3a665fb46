#pragma once

#include <string>
#include <vector>

#include "shoal/base/output_file.hpp"
#include "shoal/plan/plan.hpp"
#include "shoal/runtime/frame_report.hpp"

#include "cli/replanner.hpp"

namespace shoal::cli {

/// Every rank's part of every frame as a line of JSON, and a line for each change of plan.
class Metrics {
 public:
  Metrics(const std::string& path, const plan::Plan& plan);

  void report(Rank rank, const runtime::FrameReport& report);
  void report(const Replanned& change);
  void finish();

 private:
  PendingStream file_;
  std::vector<plan::Plan> lanes_;
};

}  // namespace shoal::cli
