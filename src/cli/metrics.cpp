#include "cli/metrics.hpp"

#include <algorithm>

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

}  // namespace

Metrics::Metrics(const std::string& path, const plan::Plan& plan)
    : file_(path), lanes_(plan::lanes(plan)) {}

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
  file_.write(line.dump() + "\n");
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
  file_.write(line.dump() + "\n");
}

void Metrics::report(Rank rank, const runtime::Startup& startup) {
  nlohmann::ordered_json line;
  line["event"] = "startup";
  line["rank"] = rank.value;
  line["joined"] = startup.joined;
  line["planned"] = startup.planned;
  line["loaded"] = startup.loaded;
  if (startup.answered > 0) line["answered"] = startup.answered;
  file_.write(line.dump() + "\n");
}

void Metrics::finish() {
  file_.commit();
}

}  // namespace shoal::cli
