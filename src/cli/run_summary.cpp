#include "cli/run_summary.hpp"

#include <fmt/core.h>

#include "shoal/base/text.hpp"
#include "shoal/kernels/blas.hpp"

#include "cli/rank_table.hpp"
#include "cli/startup.hpp"

namespace shoal::cli {

std::string run_summary(const std::string& network, const std::vector<runtime::RankReport>& reports,
                        Rank input, Rank output) {
  const auto of = [&](Rank rank) { return reports[static_cast<std::size_t>(rank.value)]; };
  return fmt::format("\n{} of {} on {}, {} in flight at most, BLAS for {}\n{}{}",
                     counted(of(output).frames, "frame"), network, counted(reports.size(), "rank"),
                     of(input).most_in_flight, kernels::blas_core(), startup_line(reports, output),
                     rank_table(reports));
}

}  // namespace shoal::cli
