#pragma once

#include <optional>
#include <string>

#include "media/ffmpeg_library.hpp"

namespace shoal::media {

/// The first error that a decoder printed since clear(). Where FFmpeg makes the best of a damaged
/// picture it returns success and says only here that something is wrong.
class DecoderLog {
 public:
  DecoderLog() = default;
  DecoderLog(const DecoderLog&) = delete;
  DecoderLog& operator=(const DecoderLog&) = delete;

  /// Listens to a decoder, which must not outlive this.
  void attach(AVCodecContext& codec) { codec.opaque = this; }
  void clear() { error_.clear(); }
  /// Empty where there was none.
  [[nodiscard]] const std::string& error() const { return error_; }
  void note(std::string text) {
    if (error_.empty()) error_ = std::move(text);
  }

 private:
  std::string error_;
};

/// Gives what FFmpeg prints to the logs of its decoders, instead of to the standard error.
void redirect_messages();

}  // namespace shoal::media
