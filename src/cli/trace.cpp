#include "cli/trace.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

#include "shoal/base/error.hpp"
#include "shoal/base/output_file.hpp"
#include "shoal/comm/environment.hpp"

namespace shoal::cli {
namespace {

using Json = nlohmann::ordered_json;
using runtime::Span;

constexpr double microseconds = 1e6;

std::string to_text(const std::vector<Span>& spans) {
  std::ostringstream text;
  text.precision(17);
  text << comm::host_name() << '\n';
  for (const Span& span : spans) {
    text << static_cast<int>(span.activity) << ' ' << span.name << ' ' << span.frame << ' '
         << span.begin << ' ' << span.end << '\n';
  }
  return text.str();
}

std::vector<Span> from_text(const std::string& text, std::string& host) {
  std::istringstream in(text);
  std::getline(in, host);
  std::vector<Span> spans;
  int activity = 0;
  Span span;
  while (in >> activity >> span.name >> span.frame >> span.begin >> span.end) {
    span.activity = static_cast<runtime::Activity>(activity);
    spans.push_back(span);
  }
  return spans;
}

Json event(const char* phase, int rank, const std::string& name, const char* category, Seconds at) {
  Json json;
  json["ph"] = phase;
  json["pid"] = rank;
  json["tid"] = 0;
  json["name"] = name;
  json["cat"] = category;
  json["ts"] = at * microseconds;
  return json;
}

/// Where a frame comes to a rank, for the arrows.
struct Visit {
  int rank = 0;
  Seconds at = 0;
};

void add_flows(Json& events, const std::map<std::int64_t, std::vector<Visit>>& frames) {
  for (const auto& [frame, unsorted] : frames) {
    std::vector<Visit> visits = unsorted;
    std::sort(visits.begin(), visits.end(),
              [](const Visit& a, const Visit& b) { return a.at < b.at; });
    visits.erase(std::unique(visits.begin(), visits.end(),
                             [](const Visit& a, const Visit& b) { return a.rank == b.rank; }),
                 visits.end());
    for (std::size_t i = 0; i < visits.size() && visits.size() > 1; ++i) {
      const bool last = i + 1 == visits.size();
      Json flow = event(i == 0 ? "s"
                        : last ? "f"
                               : "t",
                        visits[i].rank, "frame", "frame", visits[i].at);
      flow["id"] = frame;
      if (last) flow["bp"] = "e";
      events.push_back(std::move(flow));
    }
  }
}

}  // namespace

std::string trace_json(const std::vector<std::vector<Span>>& spans,
                       const std::vector<std::string>& hosts) {
  constexpr std::array<const char*, 3> categories = {"compute", "transfer", "wait"};
  Json document;
  document["displayTimeUnit"] = "ms";
  Json& events = document["traceEvents"] = Json::array();
  std::map<std::int64_t, std::vector<Visit>> frames;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const int rank = static_cast<int>(i);
    Json name = event("M", rank, "process_name", "__metadata", 0);
    name["args"]["name"] = fmt::format("rank {} on {}", rank, hosts[i]);
    events.push_back(std::move(name));
    // A frame that was elsewhere while its rank waited comes to it once more.
    std::int64_t at_frame = -1;
    for (const Span& span : spans[i]) {
      Json complete = event("X", rank, span.name,
                            categories.at(static_cast<std::size_t>(span.activity)), span.begin);
      complete["dur"] = (span.end - span.begin) * microseconds;
      complete["args"]["frame"] = span.frame;
      events.push_back(std::move(complete));
      const std::int64_t frame = span.activity == runtime::Activity::wait ? -1 : span.frame;
      if (frame >= 0 && frame != at_frame) frames[frame].push_back({rank, span.begin});
      at_frame = frame;
    }
  }
  add_flows(events, frames);
  return document.dump() + "\n";
}

void write_trace(const std::string& path, const comm::Communicator& world,
                 const std::vector<Span>& spans) {
  const std::vector<std::string> texts = world.gather_all(to_text(spans));
  if (world.rank() != Rank{0}) return;
  std::vector<std::vector<Span>> all;
  std::vector<std::string> hosts(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) all.push_back(from_text(texts[i], hosts[i]));
  PendingStream file(path);
  file.write(trace_json(all, hosts));
  file.commit();
}

}  // namespace shoal::cli
