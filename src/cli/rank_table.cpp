#include "cli/rank_table.hpp"

#include <fmt/core.h>

#include "cli/table.hpp"

namespace shoal::cli {

std::string rank_table(const std::vector<runtime::RankReport>& reports) {
  Table table({{"rank"},
               {"host", Table::Align::left},
               {"layers", Table::Align::left},
               {"frames"},
               {"weights"},
               {"activations"},
               {"peak memory"},
               {"computing"},
               {"communicating"},
               {"waiting"},
               {"sent"},
               {"received"}});
  for (std::size_t rank = 0; rank < reports.size(); ++rank) {
    const runtime::RankReport& one = reports[rank];
    table.add({fmt::format("{}", rank), one.host, one.work, fmt::format("{}", one.frames),
               human_bytes(one.weights), human_bytes(one.activations), human_bytes(one.peak_memory),
               fmt::format("{:.3f} s", one.times.computing),
               fmt::format("{:.3f} s", one.times.communicating),
               fmt::format("{:.3f} s", one.times.waiting), human_bytes(one.traffic.sent),
               human_bytes(one.traffic.received)});
  }
  return table.text();
}

}  // namespace shoal::cli
