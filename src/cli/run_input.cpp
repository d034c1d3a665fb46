#include "cli/run_input.hpp"

#include <cstdio>

#include <fmt/core.h>

#include "shoal/base/text.hpp"
#include "shoal/media/input_kind.hpp"

namespace shoal::cli {
namespace {

std::unique_ptr<media::Source> open(const RunOptions& options, const media::SourceOptions& source) {
  auto opened = media::open(options.input, source);
  if (const std::string note = opened->note(); !note.empty() && !options.quiet) {
    fmt::print(stderr, "shoal: {}: {}\n", printable(options.input), note);
  }
  return opened;
}

/// What a camera saw does not come again.
bool is_live(const RunOptions& options) {
  return media::input_kind(options.input) == media::InputKind::camera;
}

}  // namespace

RunInput::RunInput(const RunOptions& options, const media::SourceOptions& source,
                   std::size_t passed_over, const std::string& last_label)
    : reader_(open(options, source), options.frames, is_live(options) ? 0 : passed_over,
              last_label),
      unread_(options.strict) {}

runtime::Supply RunInput::next(runtime::Frame& frame) {
  const runtime::Supply supply = reader_.next(frame);
  if (supply == runtime::Supply::frame) unread_.note(frame);
  return supply;
}

media::SourceOptions source_options(const RunOptions& options, const Shape& input,
                                    graph::Preprocessing preprocessing) {
  media::SourceOptions source;
  source.input = input;
  source.preprocessing = options.preprocessing.value_or(preprocessing);
  source.aspect = options.aspect;
  source.clip_stride = options.clip_stride;
  source.clip_hop = options.clip_hop;
  source.camera_size = options.camera_size;
  source.camera_rate = options.camera_rate;
  source.allow_nan = options.allow_nan;
  return source;
}

}  // namespace shoal::cli
