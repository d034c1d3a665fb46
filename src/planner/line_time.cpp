#include "planner/line_time.hpp"

#include <algorithm>
#include <map>

namespace shoal::planner {
namespace {

/// Adds up what each line is busy with, by direction.
class Lines {
 public:
  explicit Lines(const Groups& groups) : groups_(groups) {}

  void receive(Rank rank, std::size_t unit, double frames) {
    busy_[rank].receiving += seconds(rank, unit, frames);
  }
  void send(Rank rank, std::size_t unit, double frames) {
    busy_[rank].sending += seconds(rank, unit, frames);
  }
  [[nodiscard]] Seconds busiest() const {
    Seconds most = 0;
    for (const auto& [rank, line] : busy_) most = std::max({most, line.sending, line.receiving});
    return most;
  }

 private:
  struct Line {
    Seconds sending = 0;
    Seconds receiving = 0;
  };
  [[nodiscard]] Seconds seconds(Rank rank, std::size_t unit, double frames) const {
    return frames * static_cast<double>(groups_.bytes_into(unit)) / groups_.line_speed(rank);
  }

  const Groups& groups_;
  std::map<Rank, Line> busy_;
};

}  // namespace

Seconds least_line_time(Groups& groups, const Structure& structure) {
  Lines lines(groups);
  const Ends& ends = groups.ends();
  for (const Structure::Stage& stage : structure.stages) {
    const bool is_first = &stage == &structure.stages.front();
    const bool is_last = &stage == &structure.stages.back();
    double rate = 0;
    for (const auto& group : stage.replicas) {
      rate += 1 / groups.best(group, stage.first, stage.end)->time;
    }
    for (const auto& group : stage.replicas) {
      const double frames = 1 / groups.best(group, stage.first, stage.end)->time / rate;
      const double part = frames / static_cast<double>(group.size());
      for (const Rank rank : group) {
        if (!is_first || rank != ends.input) lines.receive(rank, stage.first, part);
        if (is_first && rank != ends.input) lines.send(ends.input, stage.first, part);
        if (!is_last || rank != ends.output) lines.send(rank, stage.end, part);
      }
    }
  }
  return lines.busiest();
}

}  // namespace shoal::planner
