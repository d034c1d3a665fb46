#include <algorithm>
#include <filesystem>

extern "C" {
#include <libavdevice/avdevice.h>
}

#include "shoal/base/error.hpp"

#include "media/ffmpeg.hpp"
#include "media/pictures.hpp"

namespace shoal::media {
namespace {

/// Containers and pictures; without it FFmpeg takes any text for terminal art, and a playlist for
/// leave to open other files.
constexpr const char* formats =
    "image2,png_pipe,jpeg_pipe,bmp_pipe,webp_pipe,ppm_pipe,pgm_pipe,tiff_pipe,mov,matroska,avi,"
    "mpeg,mpegts,mpegvideo,m4v,flv,gif,ogg,asf,h264,hevc,mjpeg,ivf,yuv4mpegpipe,nut";

class Options {
 public:
  Options() = default;
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;
  ~Options() { av_dict_free(&values_); }
  void set(const char* key, const std::string& value) {
    if (!value.empty()) av_dict_set(&values_, key, value.c_str(), 0);
  }
  AVDictionary** get() { return &values_; }

 private:
  AVDictionary* values_ = nullptr;
};

/// The pictures of a file or device, decoded one after the other.
class Video final : public Pictures {
 public:
  Video(const std::string& path, const AVInputFormat* format, Options& options, bool single)
      : path_(path), single_(single) {
    prepare_library();
    AVFormatContext* opened = nullptr;
    expect(avformat_open_input(&opened, path.c_str(), format, options.get()), path);
    input_.reset(opened);
    expect(avformat_find_stream_info(input_.get(), nullptr), path);
    const AVCodec* decoder = nullptr;
    stream_ = av_find_best_stream(input_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, &decoder, 0);
    if (stream_ < 0 || decoder == nullptr) throw Error("{}: has no pictures", path);
    codec_.reset(avcodec_alloc_context3(decoder));
    expect(avcodec_parameters_to_context(codec_.get(), stream().codecpar), path);
    // A damaged picture is an error, not a grey patch.
    codec_->err_recognition = AV_EF_EXPLODE | AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER;
    codec_->thread_count = 1;
    expect(avcodec_open2(codec_.get(), decoder, nullptr), path);
    frame_.reset(av_frame_alloc());
    packet_.reset(av_packet_alloc());
  }

  std::optional<Picture> next() override {
    while (true) {
      const int received = avcodec_receive_frame(codec_.get(), frame_.get());
      if (received == AVERROR_EOF) return end();
      if (received == AVERROR(EAGAIN)) {
        feed();
        continue;
      }
      if (received < 0) fail(error_text(received));
      if (frame_->decode_error_flags != 0) fail("is damaged");
      if (frame_->width < 1 || frame_->height < 1) fail("has no size");
      ++number_;
      return to_picture(*frame_);
    }
  }

  [[nodiscard]] std::string label() const override {
    return single_ ? path_ : fmt::format("{}#{}", path_, number_ - 1);
  }
  [[nodiscard]] std::optional<std::size_t> count() const override {
    if (single_) return 1;
    const std::int64_t frames = stream().nb_frames;
    if (frames <= 0) return std::nullopt;
    return static_cast<std::size_t>(frames);
  }
  [[nodiscard]] bool is_single() const override { return single_; }

 private:
  [[nodiscard]] const AVStream& stream() const {
    return *input_->streams[static_cast<std::size_t>(stream_)];
  }

  [[noreturn]] void fail(const std::string& why) const {
    if (single_) throw Error("{}: {}", path_, why);
    throw Error("{}: frame {}: {}", path_, number_, why);
  }

  [[nodiscard]] std::optional<Picture> end() const {
    if (number_ == 0) throw Error("{}: has no pictures", path_);
    return std::nullopt;
  }

  /// Gives the decoder the next packet of the stream, or the end.
  void feed() {
    while (true) {
      const int read = av_read_frame(input_.get(), packet_.get());
      if (read == AVERROR_EOF) {
        if (input_->pb != nullptr && input_->pb->error < 0) fail(error_text(input_->pb->error));
        avcodec_send_packet(codec_.get(), nullptr);
        return;
      }
      if (read < 0) fail(error_text(read));
      const bool ours = packet_->stream_index == stream_;
      if (ours && (packet_->flags & AV_PKT_FLAG_CORRUPT) != 0) fail("is damaged or cut short");
      const int sent = ours ? avcodec_send_packet(codec_.get(), packet_.get()) : 0;
      av_packet_unref(packet_.get());
      if (sent < 0) fail(error_text(sent));
      if (ours) return;
    }
  }

  std::string path_;
  bool single_;
  Input input_;
  Codec codec_;
  Frame frame_;
  Packet packet_;
  int stream_ = -1;
  std::size_t number_ = 0;
};

}  // namespace

bool is_picture_name(const std::string& path) {
  constexpr std::array<std::string_view, 8> endings = {".jpg",  ".jpeg", ".png", ".bmp",
                                                       ".webp", ".ppm",  ".tif", ".tiff"};
  std::string ending = std::filesystem::path(path).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

std::unique_ptr<Pictures> open_file(const std::string& path) {
  Options options;
  options.set("format_whitelist", formats);
  options.set("protocol_whitelist", "file");
  // A name such as day%d.png is a file's, never a pattern.
  const bool single = is_picture_name(path);
  if (single) options.set("pattern_type", "none");
  const AVInputFormat* format = single ? av_find_input_format("image2") : nullptr;
  return std::make_unique<Video>(path, format, options, single);
}

std::unique_ptr<Pictures> open_camera(const std::string& path, const SourceOptions& options) {
  avdevice_register_all();
  const AVInputFormat* format = av_find_input_format("video4linux2,v4l2");
  if (format == nullptr) throw Error("{}: this FFmpeg cannot read cameras", path);
  Options settings;
  settings.set("video_size", options.camera_size);
  settings.set("framerate", options.camera_rate);
  return std::make_unique<Video>(path, format, settings, false);
}

}  // namespace shoal::media
