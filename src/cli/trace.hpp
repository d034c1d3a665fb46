#pragma once

#include <string>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/runtime/trace.hpp"

namespace shoal::cli {

/// Writes the spans of all ranks, on rank 0, in the trace event format that chrome://tracing and
/// ui.perfetto.dev read ("Trace Event Format", Google, 2016): a process for each rank, complete
/// events for what it did, a flow for each frame. Times are microseconds since the run began, by
/// each rank's own clock. Collective.
void write_trace(const std::string& path, const comm::Communicator& world,
                 const std::vector<runtime::Span>& spans);

/// The document for these spans by rank and their hosts.
std::string trace_json(const std::vector<std::vector<runtime::Span>>& spans,
                       const std::vector<std::string>& hosts);

}  // namespace shoal::cli
