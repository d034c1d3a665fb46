#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "shoal/base/output_file.hpp"
#include "shoal/plan/plan.hpp"
#include "shoal/runtime/frame_report.hpp"

namespace shoal::cli {

/// Every rank's part of every frame as a line of JSON.
class Metrics {
 public:
  Metrics(const std::string& path, const plan::Plan& plan);

  void report(Rank rank, const runtime::FrameReport& report);
  void finish();

 private:
  PendingFile file_;
  std::ofstream stream_;
  std::vector<plan::Plan> lanes_;
};

}  // namespace shoal::cli
