#include "cli/metrics.hpp"

#include <algorithm>
#include <fstream>

#include <nlohmann/json.hpp>

#include "shoal/plan/document.hpp"

namespace shoal::cli {
namespace {

/// The stages that a rank is in, by name or number.
nlohmann::json stages_of(const plan::Plan& lane, Rank rank) {
  nlohmann::json names = nlohmann::json::array();
  for (std::size_t i = 0; i < lane.stages.size(); ++i) {
    const std::vector<Rank>& ranks = lane.stages[i].replicas.front().ranks;
    if (std::find(ranks.begin(), ranks.end(), rank) == ranks.end()) continue;
    const std::string& name = lane.stages[i].name;
    names.push_back(name.empty() ? std::to_string(i) : name);
  }
  return names;
}

/// Where the last line that has its end ends.
std::int64_t bytes_of_lines(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::int64_t bytes = 0;
  for (std::string line; std::getline(file, line) && !file.eof();) {
    bytes += static_cast<std::int64_t>(line.size()) + 1;
  }
  return bytes;
}

}  // namespace

Metrics::Metrics(const std::string& path, const plan::Plan& plan, bool resume)
    : file_(path, resume ? Leftover::append : Leftover::set_aside), lanes_(plan::lanes(plan)) {
  if (resume && !file_.file().is_direct()) file_.truncate(bytes_of_lines(file_.file().path()));
}

void Metrics::write(const std::string& line) {
  file_.write(line + "\n");
  file_.keep();
}

void Metrics::report(Rank rank, const runtime::FrameReport& report) {
  nlohmann::ordered_json line;
  line["frame"] = report.frame;
  line["rank"] = rank.value;
  line["lane"] = report.lane;
  line["stages"] = stages_of(lanes_[static_cast<std::size_t>(report.lane)], rank);
  line["began"] = report.began;
  line["ended"] = report.ended;
  line["computing"] = report.computing;
  line["transferring"] = report.transferring;
  line["waiting"] = report.waiting;
  line["peak_memory"] = report.peak_memory;
  write(line.dump());
}

void Metrics::report(const Replanned& change) {
  lanes_ = plan::lanes(change.plan);
  nlohmann::ordered_json line;
  line["event"] = "replan";
  line["frame"] = change.frame;
  line["at"] = change.at;
  line["rank"] = change.reason.rank.value;
  line["slowness"] = change.reason.slowness;
  line["lasted"] = change.reason.lasted;
  line["interval_before"] = change.interval_before;
  line["interval_after"] = change.interval_after;
  line["plan"] = nlohmann::ordered_json::parse(plan::to_json(change.plan));
  write(line.dump());
}

void Metrics::report(Rank rank, const runtime::Startup& startup) {
  nlohmann::ordered_json line;
  line["event"] = "startup";
  line["rank"] = rank.value;
  line["joined"] = startup.joined;
  line["planned"] = startup.planned;
  line["loaded"] = startup.loaded;
  if (startup.answered > 0) line["answered"] = startup.answered;
  write(line.dump());
}

void Metrics::finish(const std::vector<runtime::RankReport>& reports, bool is_whole) {
  for (std::size_t rank = 0; rank < reports.size(); ++rank) {
    report(Rank{static_cast<int>(rank)}, reports[rank].startup);
  }
  if (is_whole) {
    finish();
  } else if (!file_.file().is_direct()) {
    file_.synchronize();
  }
}

void Metrics::finish() {
  file_.commit();
}

}  // namespace shoal::cli
