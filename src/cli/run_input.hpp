#pragma once

#include "shoal/media/source.hpp"

#include "cli/reader.hpp"
#include "cli/run_options.hpp"
#include "cli/unread_frames.hpp"

namespace shoal::cli {

/// Frames of a run, on the input rank.
class RunInput {
 public:
  /// Opens the input. Prints what the user may not expect of it.
  /// @param passed_over frames that an earlier run answered, the last of which has this label
  RunInput(const RunOptions& options, const media::SourceOptions& source, std::size_t passed_over,
           const std::string& last_label);

  /// As runtime::Ends wants it. An Error for a frame that cannot be read, where the run is strict.
  runtime::Supply next(runtime::Frame& frame);
  /// Number of frames, where it is known.
  [[nodiscard]] std::optional<std::size_t> count() const { return reader_.count(); }
  [[nodiscard]] const UnreadFrames& unread() const { return unread_; }

 private:
  Reader reader_;
  UnreadFrames unread_;
};

/// Options of the frames' source.
/// @param model whose frames they become
media::SourceOptions source_options(const RunOptions& options, const Shape& input,
                                    graph::Preprocessing preprocessing);

}  // namespace shoal::cli
