#pragma once

#include <memory>
#include <string>

#include "media/decoder_log.hpp"
#include "media/ffmpeg.hpp"
#include "media/ffmpeg_options.hpp"
#include "media/orientation.hpp"
#include "media/pictures.hpp"

namespace shoal::media {

/// The pictures of a file or device, decoded one after the other. Where one is damaged, it and
/// those that build on it are bad; what FFmpeg would make up in their place is never given out.
class Video final : public Pictures {
 public:
  enum class Kind { picture, video, camera };

  struct File {
    std::string path;
    std::string url;  ///< what FFmpeg calls it
    const AVInputFormat* format = nullptr;
    AVCodecID codec = AV_CODEC_ID_NONE;  ///< where that is known
    Kind kind = Kind::video;
    Orientation orientation = 1;  ///< of a picture; a video's is in the stream
  };

  Video(File file, Options& options);

  std::optional<ReadPicture> next() override;
  [[nodiscard]] std::optional<std::size_t> count() const override;
  [[nodiscard]] bool is_single() const override { return file_.kind == Kind::picture; }

 private:
  [[nodiscard]] const AVStream& stream() const {
    return *input_->streams[static_cast<std::size_t>(stream_)];
  }
  [[nodiscard]] std::string label() const;
  void open_stream();
  void open_decoder(const AVCodec* decoder);
  std::optional<ReadPicture> feed();
  std::optional<ReadPicture> stop_feeding(int code);
  std::optional<ReadPicture> end();
  ReadPicture good();
  ReadPicture bad(const std::string& why);
  [[nodiscard]] bool is_fresh_start() const;
  [[nodiscard]] std::string flaw() const;
  [[nodiscard]] std::string damage(int code) const;
  void note_end();
  [[nodiscard]] std::string missing_end() const;

  File file_;
  Input input_;
  DecoderLog log_;
  Codec codec_;
  Frame frame_;
  Packet packet_;
  int stream_ = -1;
  Seconds seconds_ = 0;  ///< where the last packet ends
  std::size_t number_ = 0;
  std::size_t bad_in_row_ = 0;
  bool awaits_whole_frame_ = false;       ///< what comes builds on a damaged frame
  std::int64_t last_ = AV_NOPTS_VALUE;    ///< time stamp of the packet read last
  std::int64_t failed_ = AV_NOPTS_VALUE;  ///< of that with which damage was seen last
  std::string early_;                     ///< why the file ends before its end
  bool is_over_ = false;
};

}  // namespace shoal::media
