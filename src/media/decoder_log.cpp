#include "media/decoder_log.hpp"

#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace shoal::media {
namespace {

/// What prints begins with a pointer to its class, which may know where the object is that it
/// belongs to.
const AVClass* class_of(void* object) {
  return object == nullptr ? nullptr : *static_cast<const AVClass**>(object);
}

AVCodecContext* decoder_of(void* object) {
  while (const AVClass* kind = class_of(object)) {
    if (std::string_view(kind->class_name) == "AVCodecContext") {
      return static_cast<AVCodecContext*>(object);
    }
    if (kind->parent_log_context_offset == 0) return nullptr;
    void* parent = nullptr;
    std::memcpy(&parent, static_cast<char*>(object) + kind->parent_log_context_offset,
                sizeof(parent));
    object = parent;
  }
  return nullptr;
}

/// Whether the picture itself is whole all the same: what goes with it cannot be understood.
bool is_harmless(std::string_view text) {
  return text.substr(0, 27) == "unable to decode APP fields";
}

void listen(void* object, int level, const char* format, va_list arguments) {
  if (level > AV_LOG_ERROR) return;
  AVCodecContext* decoder = decoder_of(object);
  if (decoder == nullptr || decoder->opaque == nullptr) return;
  std::array<char, 200> text{};
  std::vsnprintf(text.data(), text.size(), format, arguments);
  std::string_view line(text.data());
  line = line.substr(0, line.find('\n'));
  if (!is_harmless(line)) static_cast<DecoderLog*>(decoder->opaque)->note(std::string(line));
}

}  // namespace

void redirect_messages() {
  ffmpeg().av_log_set_callback(listen);
}

}  // namespace shoal::media
