#pragma once

#include <string>

#include "media/ffmpeg_library.hpp"

namespace shoal::media {

/// Settings by name, as FFmpeg takes them.
class Options {
 public:
  Options() = default;
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;
  ~Options() { ffmpeg().av_dict_free(&values_); }
  void set(const char* key, const std::string& value) {
    if (!value.empty()) ffmpeg().av_dict_set(&values_, key, value.c_str(), 0);
  }
  AVDictionary** get() { return &values_; }

 private:
  AVDictionary* values_ = nullptr;
};

}  // namespace shoal::media
