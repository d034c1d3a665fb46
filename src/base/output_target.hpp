#pragma once

#include <string>

namespace shoal {

/// Place that an output's name stands for.
struct OutputTarget {
  std::string path;     ///< of a regular file: links followed, so that they survive its replacement
  int descriptor = -1;  ///< of what is written directly: a pipe, a device, an open file; else -1
};

/// Finds what `name` stands for, and opens what is written directly: `/dev/stdout` and `/dev/fd/N`,
/// which are this process's own, devices, and pipes, for whose reader it waits some seconds. An
/// Error where it is a folder, a socket, a link to nothing, or a pipe that nothing reads.
OutputTarget resolve_output(const std::string& name);

}  // namespace shoal
