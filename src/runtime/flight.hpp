#pragma once

#include <map>
#include <string>

#include "shoal/comm/point_to_point.hpp"
#include "shoal/runtime/executor.hpp"
#include "shoal/runtime/runner.hpp"

namespace shoal::runtime {

/// A frame that this rank has to do with, from its start to the end of the rank's last step.
struct Flight {
  Flight(const Executor& executor, std::int64_t number, std::int64_t lane,
         std::optional<Frame> read)
      : frame(std::move(read)),
        execution(executor, frame ? &frame->tensor : nullptr),
        lines(program::lines(executor.program(), executor.rank())),
        report{number, lane} {}

  std::optional<Frame> frame;  ///< on the input rank
  std::string label;
  FrameExecution execution;
  program::Lines lines;
  FrameReport report;
  std::map<program::TransferId, comm::PointToPoint::PendingReceive> arrivals;
  bool computed = false;
};

/// A frame without a tensor, on the output rank.
struct FrameFailure {
  std::string label;
  std::string error;
};

}  // namespace shoal::runtime
