#include "shoal/runtime/watch.hpp"

#include <algorithm>
#include <cmath>

#include "runtime/median.hpp"

namespace shoal::runtime {
namespace {

/// The first frames find cold caches and pages that the system has not given yet.
constexpr std::size_t warm_up = 2;

}  // namespace

void Watch::start(Prediction predicted, Seconds now) {
  predicted_ = std::move(predicted);
  started_ = now;
  records_.assign(predicted_.front().size(), {});
}

double Watch::Record::slowness() const {
  return first ? median(latest) / *first : 1;
}

bool Watch::is_change(double slowness) const {
  return slowness > options_.factor || slowness < 1 / options_.factor;
}

void Watch::find_first(Record& record, Seconds now) const {
  const bool enough = record.earliest.size() >= options_.window;
  if (!enough || now - record.began < options_.after) return;
  record.first = median(record.earliest);
  record.earliest = {};
}

void Watch::report(Rank rank, const FrameReport& report, Seconds now) {
  const auto i = static_cast<std::size_t>(rank.value);
  const Seconds predicted = predicted_[static_cast<std::size_t>(report.lane)][i];
  Record& record = records_[i];
  if (!(predicted > 0) || ++record.frames <= warm_up) return;
  const double ratio = report.computing / predicted;
  record.latest.push_back(ratio);
  if (record.latest.size() > options_.window) record.latest.erase(record.latest.begin());
  if (!record.first) {
    if (record.earliest.empty()) record.began = now;
    record.earliest.push_back(ratio);
    find_first(record, now);
    return;
  }
  if (!is_change(record.slowness())) {
    record.changed_since.reset();
  } else if (!record.changed_since) {
    record.changed_since = now;
  }
}

std::optional<Watch::Change> Watch::change(Seconds now) const {
  if (now - started_ < options_.pause) return std::nullopt;
  std::optional<Change> largest;
  const auto size = [](double slowness) { return std::abs(std::log(slowness)); };
  for (std::size_t i = 0; i < records_.size(); ++i) {
    const Record& record = records_[i];
    if (!record.changed_since || now - *record.changed_since < options_.after) continue;
    if (largest && size(record.slowness()) <= size(largest->slowness)) continue;
    largest = {{static_cast<int>(i)}, record.slowness(), now - *record.changed_since};
  }
  return largest;
}

std::vector<double> Watch::slowness() const {
  std::vector<double> slowness;
  for (const Record& record : records_) slowness.push_back(record.slowness());
  return slowness;
}

profile::Profile slowed(const profile::Profile& profile, const std::vector<double>& slowness) {
  profile::Profile result = profile;
  for (std::size_t i = 0; i < result.devices.size(); ++i) {
    profile::Device& device = result.devices[i];
    for (auto& [kind, law] : device.laws) {
      law.fixed *= slowness[i];
      law.per_flop *= slowness[i];
      law.per_byte *= slowness[i];
    }
    for (profile::Measurement& one : device.measurements) one.seconds *= slowness[i];
  }
  return result;
}

}  // namespace shoal::runtime
