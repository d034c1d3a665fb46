#pragma once

#include <memory>
#include <string>

#include "shoal/media/picture.hpp"

namespace shoal::media {

/// Writes a PNG or, for .jpg, a JPEG file. An Error for another ending.
void write_picture(const Picture& picture, const std::string& path);

/// Writes a video, MPEG-4 in the container that the name's ending asks for (.mp4, .avi, .mkv).
/// Width and height must be even. The file appears when finish() is called.
class VideoWriter {
 public:
  VideoWriter(const std::string& path, int width, int height, int frames_per_second);
  VideoWriter(const VideoWriter&) = delete;
  VideoWriter& operator=(const VideoWriter&) = delete;
  ~VideoWriter();

  void add(const Picture& picture);
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shoal::media
