#include "cli/startup.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "cli/terminal.hpp"

namespace shoal::cli {
namespace {

using runtime::RankReport;
using runtime::Startup;

/// The rank that was last to come so far.
std::size_t last(const std::vector<RankReport>& reports, Seconds Startup::*stage) {
  const auto found = std::max_element(reports.begin(), reports.end(),
                                      [&](const RankReport& a, const RankReport& b) {
                                        return a.startup.*stage < b.startup.*stage;
                                      });
  return static_cast<std::size_t>(found - reports.begin());
}

}  // namespace

std::string startup_line(const std::vector<RankReport>& reports, Rank output) {
  const Seconds answered = reports[static_cast<std::size_t>(output.value)].startup.answered;
  if (answered <= 0) return {};
  const auto at = [&](Seconds Startup::*stage) {
    return reports[last(reports, stage)].startup.*stage;
  };
  const Seconds joined = at(&Startup::joined);
  const Seconds planned = at(&Startup::planned);
  const Seconds loaded = at(&Startup::loaded);
  // Ranks of other computers began at other times.
  const auto part = [](Seconds begin, Seconds end) { return std::max(0.0, end - begin); };
  return wrapped(fmt::format("first answer after {:.2f} s: {:.2f} s to start, {:.2f} s to plan, "
                             "{:.2f} s to load "
                             "weights{}, "
                             "{:.2f} s for the frame",
                             answered, joined, part(joined, planned), part(planned, loaded),
                             reports.size() == 1 ? ""
                                                 : fmt::format(" (rank {} the last)",
                                                               last(reports, &Startup::loaded)),
                             part(loaded, answered)),
                 2) +
         "\n";
}

}  // namespace shoal::cli
